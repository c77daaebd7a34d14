/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client.relay;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.CallWatch;
import io.caravan.call.ClientStream;
import io.caravan.call.UpstreamAnswer;
import io.caravan.convert.Translator;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.sse.EventBuffer;
import io.caravan.settings.GatewaySettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Relays one event stream through its {@link Translator.Stream}, from the request's worker. What comes before the first
 * content is held back, at most {@link GatewaySettings.Stream#commitAfter}; until then a failure can still be a status, or another
 * upstream's turn. From then on everything goes out at once. An upstream that ends before the message does is a failure,
 * never a clean end (R10).
 */
final class StreamRelay implements CallLife.Relay {

    private final Call call;
    private final UpstreamAnswer answer;
    private final CallWatch watch;
    private final ClientStream client;
    private final Translator.Stream translator;
    private final EventBuffer events;
    private final HeldStart outlet;
    private final Pings pings;
    private boolean over;

    /** @param head makes the headers of the response when it begins */
    StreamRelay(Call call, UpstreamAnswer answer, GatewaySettings.Stream settings, CallWatch watch,
            Supplier<List<Map.Entry<String, String>>> head) {
        this.call = call;
        this.answer = answer;
        this.watch = watch;
        this.client = call.client();
        this.translator = answer.translator();
        this.events = new EventBuffer(translator.largestEvent());
        boolean holds = !settings.commitAfter().isZero();
        this.outlet = new HeldStart(client, () -> {
            if (!client.started()) {
                client.start(answer.status(), head.get());
            }
            call.record().firstByte(answer.status());
        }, () -> holds && !hasBegun());
        this.pings = new Pings(outlet, client, settings, ClientErrors.of(call.format()).ping());
    }

    private boolean hasBegun() {
        return translator.content() || translator.ended();
    }

    /**
     * Relays until content has begun, or the head had to go out, or the message is over.
     *
     * @throws Failure if the upstream fails, or the client leaves
     */
    void open() {
        answer.deadlines().awaitContent();
        watch.add(pings);
        boolean opened = false;
        try {
            while (!over && !hasBegun() && !client.started()) {
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
            while (!over && translator.told().isEmpty()) {
                step();
            }
            outlet.release();
            call.life().upstreamEnded(translator.told());
            Optional<Failure> told = translator.told();
            if (told.isPresent()) {
                throw told.get();
            }
            client.end();
        } finally {
            close();
            answer.cut();
        }
    }

    /** Ends the watch over this stream; the upstream is left as it is. */
    void close() {
        watch.remove(pings);
    }

    /** Takes what has arrived, or the end. Blocks until there is something. */
    private void step() {
        try {
            take();
        } catch (IOException e) {
            boolean complete = translator.ended() && !client.isGone();
            if (!complete) {
                throw call.life().brokenOff(Failure.of(Kind.CUT_OFF, "The connection to the upstream broke off."));
            }
            end();
        } catch (Failure e) {
            if (client.isGone()) {
                throw Failure.clientGone();
            }
            throw e;
        } finally {
            call.record().usage(translator.usage());
        }
        if (translator.content()) {
            answer.deadlines().contentBegan();
        }
        if (translator.ended()) {
            pings.stop();
            answer.deadlines().closing(translator.closing(), translator.goesOn());
        }
        if (hasBegun()) {
            outlet.release();
        }
    }

    private void take() throws IOException {
        if (events.fill(answer.body()) < 0) {
            end();
            return;
        }
        translator.take(events, outlet);
        if (events.overfull()) {
            translator.takePart(events, outlet);
        }
    }

    private void end() {
        over = true;
        translator.end(events, outlet);
    }

    @Override
    public void breakOff(Failure failure) {
        try {
            if (outlet.isInsideEvent()) {
                client.reset();
                return;
            }
            if (translator.told().isEmpty()) {
                byte[] event = translator.failed(failure).orElseGet(() -> ClientErrors.of(call.format())
                        .event(failure, failure.eventType(translator.content()), call.requestId()));
                client.write(event, 0, event.length);
            }
            client.end();
        } catch (Failure gone) {
            client.abandon();
        }
    }
}
