/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The faults that take the place of the whole answer. */
final class PlainFaults {

    private static final int ANNOUNCED_LENGTH = 1000;
    private static final long DEFAULT_PING_MILLIS = 1000;

    private final Faults faults;
    private final Reply reply;

    PlainFaults(Faults faults, Reply reply) {
        this.faults = faults;
        this.reply = reply;
    }

    /** Answers wrongly if asked to; false if the right answer is still to be given. */
    boolean apply(boolean streamed) throws IOException, Refusal {
        if (faults.isEmpty()) {
            return false;
        }
        reply.pause(faults.number("slow-head", 0));
        return applyBeforeHead() || applyStatus() || applyAfterHead(streamed);
    }

    private boolean applyBeforeHead() throws IOException {
        if (faults.has("no-answer")) {
            reply.waitForPeer();
        } else if (faults.has("reset-before-headers")) {
            reply.reset();
        } else if (faults.has("close-before-headers")) {
            reply.closeSocket();
        } else {
            return false;
        }
        return true;
    }

    private boolean applyStatus() throws IOException, Refusal {
        if (faults.has("status")) {
            int status = (int) faults.number("status", 500);
            header("retry-after", "retry-after");
            header("should-retry", "x-should-retry");
            String type = faults.has("type") ? faults.argument("type") : ErrorBody.typeOf(status);
            String message = faults.has("message") ? faults.argument("message") : "simulated " + status;
            throw faults.has("flat-message")
                    ? Refusal.flat(status, type, message)
                    : new Refusal(status, type, message);
        }
        if (faults.has("error-in-200")) {
            String type = faults.argument("error-in-200").isEmpty() ? "api_error" : faults.argument("error-in-200");
            throw Refusal.inside200(type, faults.has("message") ? faults.argument("message") : "simulated " + type);
        }
        if (faults.has("html") || faults.has("html-200")) {
            int status = faults.has("html") ? (int) faults.number("html", 503) : 200;
            reply.status(status).header("content-type", "text/html");
            reply.send(("<html><body><h1>" + status + " from a proxy</h1></body></html>")
                    .getBytes(StandardCharsets.UTF_8));
        } else if (faults.has("redirect")) {
            reply.status(307).header("location", "/elsewhere");
            reply.send(new byte[0]);
        } else if (faults.has("empty")) {
            reply.header("content-type", "application/json");
            reply.send(new byte[0]);
        } else {
            return false;
        }
        return true;
    }

    private boolean applyAfterHead(boolean streamed) throws IOException, Refusal {
        if (faults.has("reset-after-headers")) {
            head(streamed);
            reply.reset();
        } else if (faults.has("silent-after-headers")) {
            head(streamed);
            reply.waitForPeer();
        } else if (faults.has("pings-only") && streamed) {
            repeat("event: ping\ndata: {\"type\":\"ping\"}\n\n", faults.number("pings-only", DEFAULT_PING_MILLIS));
        } else if (faults.has("comments-only") && streamed) {
            repeat(": nothing yet\n\n", faults.number("comments-only", DEFAULT_PING_MILLIS));
        } else {
            return false;
        }
        return true;
    }

    private void head(boolean streamed) throws IOException {
        if (streamed) {
            reply.startStream();
        } else {
            reply.header("content-type", "application/json");
            reply.header("content-length", String.valueOf(ANNOUNCED_LENGTH));
            reply.bytes(new byte[0]);
        }
    }

    private void repeat(String frame, long millis) throws IOException {
        reply.startStream();
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        while (true) {
            reply.chunk(bytes);
            reply.pause(Math.max(1, millis));
        }
    }

    private void header(String fault, String name) {
        if (faults.has(fault)) {
            reply.header(name, faults.argument(fault));
        }
    }
}
