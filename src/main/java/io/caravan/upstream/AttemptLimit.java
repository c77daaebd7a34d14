package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import java.time.Duration;

/** The time an attempt has for what it waits for now. Set by the worker; checked by the watch, on its own thread. */
final class AttemptLimit {

    private final GatewayCall call;
    private final Upstream backend;

    private volatile long nanos;
    private volatile long from;
    private volatile String words;
    private volatile boolean readsPutOff;
    private volatile boolean othersTookTheTime;
    private volatile boolean over;

    AttemptLimit(GatewayCall call, Upstream backend) {
        this.call = call;
        this.backend = backend;
    }

    /**
     * The answer is to come within {@code limit} from now, and within what is left to the call. An upstream that was left
     * less than half of its time by those before it is not to blame.
     */
    void answer(Duration limit) {
        Duration left = backend.callLimit().minusNanos(System.nanoTime() - call.receivedAt());
        Duration usual = limit.compareTo(backend.callLimit()) < 0 ? limit : backend.callLimit();
        othersTookTheTime = left.compareTo(usual.dividedBy(2)) < 0;
        set(left.compareTo(limit) < 0 ? left : limit, othersTookTheTime
                ? "The request took longer than " + shown(backend.callLimit()) + " in all (API_TIMEOUT_MS)."
                : "The upstream (" + backend.settings().id() + ") did not answer within " + shown(limit) + ".");
    }

    /** From now on each {@link #read} begins the time anew. */
    void silence(Duration limit) {
        set(limit, "The upstream (" + backend.settings().id() + ") was silent for " + limit.toSeconds() + " s.");
        readsPutOff = true;
    }

    private void set(Duration limit, String reason) {
        from = System.nanoTime();
        words = reason;
        nanos = limit.toNanos();
    }

    private static String shown(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    /** Something of the answer's body has come. */
    void read() {
        if (readsPutOff) {
            from = System.nanoTime();
        }
    }

    /** Whether the time is over at {@code now}, as {@link System#nanoTime} tells it; it then stays over. */
    boolean isOver(long now) {
        over |= now - from > nanos;
        return over;
    }

    /** Why it is over, for the client; null while it is not. */
    String reason() {
        return over ? words : null;
    }

    /** Whether it is over because the attempts before took the call's time. */
    boolean isOthersFault() {
        return over && othersTookTheTime;
    }
}
