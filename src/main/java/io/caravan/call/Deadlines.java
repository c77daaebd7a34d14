/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All limits of an attempt's time, each a named field, and which of them ended it. New for each attempt. Set by the
 * request's worker; {@link #isOver} is asked by the watch, on its own thread.
 *
 * <pre>
 *  sent ──▶ head ──▶ (whole answer) ─────────────────▶ closed
 *            └─────▶ first content, silence ──▶ silence ──▶ closing
 * </pre>
 */
public final class Deadlines {

    /**
     * How long each phase may take.
     *
     * @param head           to the head of a stream
     * @param headSetting    the setting that says so
     * @param wholeAnswer    to the end of an answer that is not streamed
     * @param firstContent   from the call's arrival to the first content, all its attempts together, and to the end of an
     *                       answer that is not streamed
     * @param silence        between two reads of a stream
     * @param retryOnTimeout whether a request whose answer came too late moves on, though it may be billed twice
     */
    public record Limits(Duration head, String headSetting, Duration wholeAnswer, Duration firstContent, Duration silence,
            boolean retryOnTimeout) {
    }

    /** The time a phase has, from when, and what it means if that is over. */
    private record Limit(long from, long nanos, @Nullable Failure failure) {

        static final Limit NONE = new Limit(0, Long.MAX_VALUE, null);

        boolean isOver(long now) {
            return nanos != Long.MAX_VALUE && now - from > nanos;
        }
    }

    private final Limits limits;
    private final long receivedAt;
    private final String upstream;
    private volatile Limit answer = Limit.NONE;
    private volatile Limit content = Limit.NONE;
    private volatile Limit silence = Limit.NONE;
    private volatile Limit closing = Limit.NONE;
    private volatile long readAt;
    private volatile @Nullable Failure over;

    /**
     * @param receivedAt when the call came, as {@link System#nanoTime()}
     * @param upstream   its name, for the client
     */
    public Deadlines(Limits limits, long receivedAt, String upstream) {
        this.limits = limits;
        this.receivedAt = receivedAt;
        this.upstream = upstream;
    }

    /** The request goes out: its answer's head is to come, or all of an answer that is not streamed. */
    public void awaitHead(boolean streamed) {
        if (streamed) {
            await(limits.head, " (" + limits.headSetting + ")");
        } else {
            await(limits.wholeAnswer, "");
        }
    }

    /** As {@link #awaitHead}, for a request of another kind with a limit of its own. */
    public void awaitHead(Duration limit) {
        await(limit, "");
    }

    /** The head is here: the rest of an answer that is no stream is to come. */
    public void awaitWhole() {
        await(limits.wholeAnswer, "");
    }

    /**
     * An upstream that was left less than half of its time by those before it is not to blame.
     */
    private void await(Duration limit, String setting) {
        Duration left = limits.firstContent.minusNanos(System.nanoTime() - receivedAt);
        Duration usual = shorter(limit, limits.firstContent);
        Failure failure = late("The upstream (" + upstream + ") did not answer within " + shown(limit) + setting + ".");
        boolean othersTookMost = left.compareTo(usual.dividedBy(2)) < 0;
        if (othersTookMost) {
            failure = callTimedOut("The request took longer than " + shown(limits.firstContent) + " in all (API_TIMEOUT_MS).");
        }
        answer = new Limit(System.nanoTime(), shorter(left, limit).toNanos(), failure);
    }

    /** The answer is a stream: its first content is to come within the call's time, and it must not fall silent. */
    public void awaitContent() {
        answer = Limit.NONE;
        read();
        silence = new Limit(System.nanoTime(), limits.silence.toNanos(), Failure.of(Kind.TIMED_OUT,
                "The upstream (" + upstream + ") was silent for " + limits.silence.toSeconds() + " s."));
        Failure none = Failure.of(Kind.TIMED_OUT,
                "The upstream sent no content within " + limits.firstContent.toSeconds() + " s (API_TIMEOUT_MS).");
        boolean othersTookMost = System.nanoTime() - receivedAt > limits.firstContent.toNanos() / 2;
        if (othersTookMost) {
            none = callTimedOut(none.getMessage());
        }
        content = new Limit(receivedAt, limits.firstContent.toNanos(), none);
    }

    /** Content has begun: a stream that delivers has no cap. */
    public void contentBegan() {
        content = Limit.NONE;
    }

    /** Something of a stream has come. */
    public void read() {
        readAt = System.nanoTime();
    }

    /**
     * The message is complete: the upstream may take so long for what is left, and is not to blame if it does not end.
     *
     * @param anew whether the time begins again, for something has come that counts
     */
    public void closing(Duration limit, boolean anew) {
        boolean begins = anew || closing == Limit.NONE;
        if (begins || limit.toNanos() < closing.nanos) {
            closing = new Limit(System.nanoTime(), limit.toNanos(), null);
        }
    }

    /** Whether a limit is over at {@code now}, as {@link System#nanoTime} tells it; it then stays over. */
    public boolean isOver(long now) {
        if (over != null) {
            return true;
        }
        if (closing != Limit.NONE) {
            return closing.isOver(now);
        }
        Limit passed = passed(now);
        over = passed.failure;
        return passed != Limit.NONE;
    }

    private Limit passed(long now) {
        if (content.isOver(now)) {
            return content;
        }
        if (silence.isOver(now) && now - readAt > silence.nanos) {
            return silence;
        }
        if (answer.isOver(now)) {
            return answer;
        }
        return Limit.NONE;
    }

    /** What the limit that is over means; empty while none is. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(over);
    }

    private Failure late(String words) {
        if (limits.retryOnTimeout) {
            return Failure.of(Kind.TIMED_OUT_REPEATABLE, words);
        }
        return Failure.of(Kind.TIMED_OUT, words);
    }

    private static Failure callTimedOut(String words) {
        return Failure.of(Kind.CALL_TIMED_OUT, words);
    }

    private static Duration shorter(Duration one, Duration other) {
        return Collections.min(List.of(one, other));
    }

    private static String shown(Duration limit) {
        if (limit.toMillisPart() == 0) {
            return limit.toSeconds() + " s";
        }
        return limit.toMillis() + " ms";
    }
}
