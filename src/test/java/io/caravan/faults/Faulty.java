/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Responder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** What a workspace does wrong, as responders; each is for requests to the model alone. */
public final class Faulty {

    private static final Duration FOR_EVER = Duration.ofMinutes(5);
    private static final int DRIP_BYTES = 16;

    private Faulty() {
    }

    /** Nothing: the simulator's own answer. */
    public static Responder healthy() {
        return (request, reply) -> false;
    }

    /** An error status each, in turn; {@code headers} are names and values. */
    public static Responder status(int[] statuses, String... headers) {
        AtomicLong turn = new AtomicLong();
        return (request, reply) -> {
            for (int i = 0; i < headers.length; i += 2) {
                reply.header(headers[i], headers[i + 1]);
            }
            reply.status(statuses[(int) (turn.getAndIncrement() % statuses.length)])
                    .header("content-type", "application/json")
                    .send(utf8("{\"error_code\":\"SCRIPTED\",\"message\":\"as the script wants it\"}"));
            return true;
        };
    }

    /** A page of a proxy in between. */
    public static Responder html(int status) {
        return (request, reply) -> {
            reply.status(status).header("content-type", "text/html").send(utf8("<html><h1>Sign in</h1></html>"));
            return true;
        };
    }

    /** A 200 whose first event, or whose JSON, is an error. */
    public static Responder errorIn200() {
        String error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";
        return (request, reply) -> {
            if (streams(request)) {
                reply.startStream();
                reply.event("error", error);
                reply.endStream();
            } else {
                reply.header("content-type", "application/json").send(utf8(error));
            }
            return true;
        };
    }

    /** A reset somewhere in the given parts of the answer, another place each time. */
    public static Responder cut(WholeAnswer.Part... parts) {
        AtomicLong turn = new AtomicLong();
        return (request, reply) -> {
            long number = turn.getAndIncrement();
            WholeAnswer answer = WholeAnswer.to(request);
            WholeAnswer.Part part = parts[(int) (number % parts.length)];
            byte[] torn = answer.upTo(part, (int) (number / parts.length));
            if (torn.length > 0) {
                reply.raw(torn);
            }
            reply.reset();
            return true;
        };
    }

    /** A reset somewhere before the content. */
    public static Responder cutBeforeContent() {
        return cut(WholeAnswer.Part.NOTHING, WholeAnswer.Part.HEAD, WholeAnswer.Part.MESSAGE_START);
    }

    /** Nothing more after the given part of the answer, until the gateway leaves. */
    public static Responder stall(WholeAnswer.Part... parts) {
        AtomicLong turn = new AtomicLong();
        return (request, reply) -> {
            int number = (int) turn.getAndIncrement();
            byte[] torn = WholeAnswer.to(request).upTo(parts[number % parts.length], number);
            if (torn.length > 0) {
                reply.raw(torn);
            }
            reply.awaitPeerClose(FOR_EVER);
            return true;
        };
    }

    /** The whole answer, a few bytes at a time. */
    public static Responder drip() {
        return (request, reply) -> {
            byte[] whole = WholeAnswer.to(request).bytes();
            for (int from = 0; from < whole.length; from += DRIP_BYTES) {
                reply.raw(Arrays.copyOfRange(whole, from, Math.min(whole.length, from + DRIP_BYTES)));
                if (reply.awaitPeerClose(Duration.ofMillis(1))) {
                    return true;
                }
            }
            return true;
        };
    }

    /** Healthy for as many requests as {@code fault} then strikes, again and again. */
    public static Responder flapping(int requests, Responder fault) {
        AtomicLong turn = new AtomicLong();
        return (request, reply) -> turn.getAndIncrement() / requests % 2 == 1 && fault.handle(request, reply);
    }

    static boolean streams(RecordedRequest request) {
        return request.json().path("stream").asBoolean();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
