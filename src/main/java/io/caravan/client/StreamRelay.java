package io.caravan.client;

import io.caravan.call.CallWatch;
import io.caravan.call.ClientGone;
import io.caravan.call.ClientStream;
import io.caravan.call.GatewayCall;
import io.caravan.call.StreamBroken;
import io.caravan.call.UpstreamAnswer;
import io.caravan.call.UpstreamFault;
import io.caravan.format.Edit;
import io.caravan.format.MalformedBody;
import io.caravan.format.anthropic.MessageAnswer;
import io.caravan.format.anthropic.Usage;
import io.caravan.format.sse.EventBuffer;
import io.caravan.format.sse.EventType;
import io.caravan.settings.StreamSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Relays one event stream, byte for byte and event by event, but for the model's name in {@code message_start}.
 *
 * <p>The head goes out with the first event, or after {@link StreamSettings#commitAfter}; until then a failure can still
 * be a status. Pings fill the silence, only between events. An upstream that ends before the message does is a
 * {@link StreamBroken}, never a clean end (rule 10).
 */
final class StreamRelay implements CallWatch.Watched {

    private static final byte[] PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.UTF_8);
    /** An unfinished event beyond this size is passed on in parts. */
    private static final int LARGEST_HELD_EVENT = 1024 * 1024;
    /** How long an upstream may take to close its stream behind {@code message_stop}. */
    private static final long CLOSING_NANOS = 2_000_000_000L;
    /** How long {@code message_stop} may take behind the {@code message_delta} that ends the message. */
    private static final long STOPPING_NANOS = 10_000_000_000L;

    private final GatewayCall call;
    private final UpstreamAnswer answer;
    private final StreamSettings settings;
    private final CallWatch watch;
    private final ClientStream client;
    private final ReentrantLock writing = new ReentrantLock();
    private final long begunAt = System.nanoTime();

    private boolean insideEvent;
    private boolean content;
    private boolean ended;
    private boolean stopped;
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
    }

    /**
     * Relays to the end of the stream and ends the client's response.
     *
     * @throws UpstreamFault if the upstream fails before anything went out
     * @throws StreamBroken  if it fails later
     * @throws ClientGone    if the client leaves
     */
    void run() {
        answer.limitSilence(settings.silence());
        watch.add(this);
        try {
            relay();
            if (!ended) {
                throw broken("The upstream ended its stream before the message was complete.");
            }
            client.end();
        } finally {
            watch.remove(this);
            answer.cut();
        }
    }

    private void relay() {
        EventBuffer events = new EventBuffer(LARGEST_HELD_EVENT);
        try {
            while (events.fill(answer.stream()) >= 0) {
                relayWhole(events);
                if (events.overfull()) {
                    events.takeRest();
                    write(events.bytes(), events.start(), events.end(), true);
                }
            }
        } catch (IOException e) {
            if (client.isGone()) {
                throw new ClientGone();
            }
            if (!ended) {
                throw broken(reason());
            }
        }
    }

    /** Writes all events that are whole: those that came together go out together. */
    private void relayWhole(EventBuffer events) {
        boolean wasEnded = ended;
        boolean wasStopped = stopped;
        int from = -1;
        int to = -1;
        while (events.next()) {
            if (from < 0) {
                from = events.start();
            }
            if (events.type() == EventType.MESSAGE_START) {
                byte[] patched = messageStart(events);
                if (patched != null) {
                    write(events.bytes(), from, events.start(), false);
                    write(patched, 0, patched.length, false);
                    from = events.end();
                }
            } else {
                note(events);
            }
            to = events.end();
        }
        if (from >= 0 && to > from) {
            write(events.bytes(), from, to, false);
        }
        if (ended && !wasEnded || stopped && !wasStopped) {
            closeAt = System.nanoTime() + (stopped ? CLOSING_NANOS : STOPPING_NANOS);
        }
    }

    private void note(EventBuffer events) {
        switch (events.type()) {
            case CONTENT_BLOCK_START -> {
                content = true;
                contentBegun = true;
            }
            case MESSAGE_DELTA -> {
                call.usage(updated(events));
                ended = true;
            }
            case MESSAGE_STOP, ERROR -> {
                ended = true;
                stopped = true;
            }
            default -> { }
        }
    }

    private byte[] messageStart(EventBuffer events) {
        int data = events.dataStart();
        int end = events.lineEnd(data);
        try {
            MessageAnswer start = MessageAnswer.read(events.bytes(), data, end - data);
            call.usage(start.usage());
            if (start.modelStart() < 0) {
                return null;
            }
            byte[] event = java.util.Arrays.copyOfRange(events.bytes(), events.start(), events.end());
            MessageAnswer inEvent = new MessageAnswer(start.modelStart() - events.start(),
                    start.modelEnd() - events.start(), start.usage(), false);
            return Edit.applied(event, inEvent.withModel(call.request().model()));
        } catch (MalformedBody e) {
            return null;
        }
    }

    private Usage updated(EventBuffer events) {
        int data = events.dataStart();
        try {
            return call.usage().updated(MessageAnswer.read(events.bytes(), data, events.lineEnd(data) - data).usage());
        } catch (MalformedBody e) {
            return call.usage();
        }
    }

    private void write(byte[] bytes, int from, int to, boolean part) {
        if (to <= from) {
            return;
        }
        writing.lock();
        try {
            start();
            insideEvent = part;
            client.write(bytes, from, to - from);
            writtenAt = System.nanoTime();
        } finally {
            writing.unlock();
        }
    }

    private void start() {
        if (!client.started()) {
            client.start(answer.status(), AnswerHeaders.ofStream(call, answer));
            call.firstByte(answer.status());
        }
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
        if (!contentBegun && now - begunAt > settings.firstContent().toNanos()) {
            contentLate = true;
            answer.cut();
            return;
        }
        long silence = client.started() ? settings.pingInterval().toNanos() : settings.commitAfter().toNanos();
        if (now - writtenAt > silence && writing.tryLock()) {
            try {
                if (!insideEvent && (client.ready() || !client.started())) {
                    start();
                    client.write(PING, 0, PING.length);
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
        if (!client.started()) {
            boolean timeout = contentLate || answer.cutReason() != null;
            return timeout ? UpstreamFault.timeout(reason, false)
                    : UpstreamFault.unavailable(503, "api_error", reason).retryAfter("2");
        }
        return new StreamBroken(reason, content, insideEvent);
    }
}
