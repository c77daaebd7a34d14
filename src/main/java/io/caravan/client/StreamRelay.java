package io.caravan.client;

import io.caravan.call.AnswerRelay;
import io.caravan.call.CallWatch;
import io.caravan.call.ClientGone;
import io.caravan.call.ClientStream;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.StreamBroken;
import io.caravan.call.UpstreamAnswer;
import io.caravan.call.UpstreamFault;
import io.caravan.format.json.Bytes;
import io.caravan.convert.UpstreamError;
import io.caravan.format.WireFormat;
import io.caravan.format.sse.EventBuffer;
import io.caravan.settings.StreamSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Relays one event stream through its {@link EventLane}.
 *
 * <p>What comes before the first content is held back, at most {@link StreamSettings#commitAfter}; until then a failure
 * can still be a status, or another upstream's turn. From then on everything goes out at once. Pings fill the silence,
 * only between events. An upstream that ends before the message does is a {@link StreamBroken}, never a clean end (rule
 * 10).
 */
final class StreamRelay implements AnswerRelay, CallWatch.Watched, EventLane.Sink {

    private static final byte[] PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CHAT_PING = ": ping\n\n".getBytes(StandardCharsets.UTF_8);

    private final GatewayCall call;
    private final UpstreamAnswer answer;
    private final StreamSettings settings;
    private final CallWatch watch;
    private final ClientStream client;
    private final EventLane lane;
    private final EventBuffer events;
    private final Bytes held = new Bytes(1024);
    private final ReentrantLock writing = new ReentrantLock();
    private final long begunAt = System.nanoTime();

    private boolean over;
    private boolean holding = true;
    private boolean insideEvent;
    private long closingNanos = Long.MAX_VALUE;
    private volatile boolean contentBegun;
    private volatile long writtenAt = begunAt;
    private volatile long closeAt;
    private volatile boolean contentLate;

    StreamRelay(GatewayCall call, UpstreamAnswer answer, StreamSettings settings, CallWatch watch) {
        this.call = call;
        this.answer = answer;
        this.settings = settings;
        this.watch = watch;
        this.client = call.client();
        this.lane = answer.translation() == null ? new ByteLane(call.request().model())
                : new TranslatedLane(answer.translation().stream());
        this.events = new EventBuffer(lane.largestEvent());
    }

    /**
     * Relays until content has begun, or the head had to go out, or the message is over.
     *
     * @throws UpstreamFault if the upstream fails before anything went out
     * @throws StreamBroken  if it fails later
     * @throws ClientGone    if the client leaves
     */
    void open() {
        answer.limitSilence(settings.silence());
        watch.add(this);
        boolean opened = false;
        try {
            while (!over && !lane.content() && !lane.ended() && !client.started()) {
                step();
            }
            opened = true;
        } finally {
            if (!opened) {
                close();
                answer.cut();
            }
        }
    }

    @Override
    public void run() {
        try {
            while (!over && lane.passedOn() == null) {
                step();
            }
            flush();
            if (lane.passedOn() != null) {
                StreamBroken told = StreamBroken.toldBy(lane.passedOn());
                call.upstreamEnded(told);
                throw told;
            }
            call.upstreamEnded(null);
            client.end();
        } finally {
            close();
            answer.cut();
        }
    }

    /** Ends the watch over this stream; the upstream is left as it is. */
    void close() {
        watch.remove(this);
    }

    /** Takes what has arrived, or the end. Blocks until there is something. */
    private void step() {
        try {
            if (events.fill(answer.stream()) >= 0) {
                lane.take(events, this);
                if (events.overfull()) {
                    lane.takePart(events, this);
                }
            } else {
                end();
            }
        } catch (IOException e) {
            if (client.isGone()) {
                throw new ClientGone();
            }
            if (!lane.ended()) {
                throw broken(reason());
            }
            end();
        } catch (UpstreamError e) {
            throw failed(e);
        } finally {
            call.usage(lane.usage());
        }
        contentBegun |= lane.content();
        if (lane.ended() && lane.closingNanos() < closingNanos) {
            closingNanos = lane.closingNanos();
            closeAt = System.nanoTime() + closingNanos;
        }
        if (lane.content() || lane.ended()) {
            flush();
        }
    }

    private void end() {
        over = true;
        lane.end(events, this);
    }

    @Override
    public void write(byte[] bytes, int from, int to, boolean part) {
        if (to <= from) {
            return;
        }
        writing.lock();
        try {
            boolean early = !lane.content() && !lane.ended() && !settings.commitAfter().isZero();
            if (holding && early && !part) {
                held.write(bytes, from, to - from);
                return;
            }
            flush();
            insideEvent = part;
            client.write(bytes, from, to - from);
            writtenAt = System.nanoTime();
        } finally {
            writing.unlock();
        }
    }

    /** Sends the head and what was held back, once; from then on nothing is held. */
    private void flush() {
        writing.lock();
        try {
            if (holding) {
                holding = false;
                start();
                if (held.size() > 0) {
                    client.write(held.array(), 0, held.size());
                    held.reset();
                    writtenAt = System.nanoTime();
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private void start() {
        client.start(answer.status(), AnswerHeaders.ofStream(call, answer));
        call.firstByte(answer.status());
    }

    /** On the watch's thread: pings, and the two limits that silence alone does not show. */
    @Override
    public void check(long now) {
        if (closeAt != 0) {
            if (now - closeAt > 0) {
                answer.cut();
            }
            return;
        }
        if (!contentBegun && now - call.receivedAt() > settings.firstContent().toNanos()) {
            contentLate = true;
            answer.cut();
            return;
        }
        boolean started = client.started();
        boolean due = started ? now - writtenAt > settings.pingInterval().toNanos()
                : now - begunAt > settings.commitAfter().toNanos();
        if (due && writing.tryLock()) {
            try {
                if (!insideEvent && (client.ready() || !started)) {
                    flush();
                    byte[] ping = call.format() == WireFormat.CHAT ? CHAT_PING : PING;
                    client.write(ping, 0, ping.length);
                    writtenAt = now;
                }
            } catch (ClientGone e) {
                // The worker learns it by itself.
            } finally {
                writing.unlock();
            }
        }
    }

    private String reason() {
        if (contentLate) {
            return "The upstream sent no content within " + settings.firstContent().toSeconds() + " s (API_TIMEOUT_MS).";
        }
        String reason = answer.cutReason();
        return reason != null ? reason : "The connection to the upstream broke off.";
    }

    private RuntimeException broken(String reason) {
        if (client.isGone()) {
            return new ClientGone();
        }
        GatewayFault stopping = call.stopping();
        if (stopping != null) {
            return client.started() ? new StreamBroken(stopping.getMessage(), lane.content(), insideEvent) : stopping;
        }
        if (!client.started()) {
            boolean othersTookLonger = begunAt - call.receivedAt() > settings.firstContent().toNanos() / 2;
            if (contentLate && othersTookLonger) {
                return new GatewayFault(504, "timeout_error", reason);
            }
            boolean timeout = contentLate || answer.cutReason() != null;
            return timeout ? UpstreamFault.timeout(reason, false)
                    : UpstreamFault.unavailable(503, "api_error", reason).retryAfter("2");
        }
        return new StreamBroken(reason, lane.content(), insideEvent);
    }

    private RuntimeException failed(UpstreamError error) {
        if (client.isGone()) {
            return new ClientGone();
        }
        return client.started() ? StreamBroken.by(error, lane.content(), insideEvent) : UpstreamFault.of(error);
    }
}
