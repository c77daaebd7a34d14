/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import io.caravan.it.Gateway;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import io.caravan.simulator.Responder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/** Plays one workspace: counts the requests to the model and lets the fault of the hour answer them. */
public final class Script implements Responder {

    private static final int MARKER_LENGTH = Load.MARKER.length() + 9;

    private final boolean closing;
    private final LongAdder requests = new LongAdder();
    private volatile Responder fault = Faulty.healthy();

    private Script(boolean closing) {
        this.closing = closing;
    }

    /**
     * Takes over workspace {@code w<number>}.
     *
     * @param closing whether it serves one request a connection: a reset on a used one before the answer's first byte
     *                cannot be told from a connection closed long ago, and is sent once more uncounted
     */
    public static Script of(Gateway gateway, int number, boolean closing) {
        Script script = new Script(closing);
        gateway.workspaces().respondWith(number, script);
        return script;
    }

    /** From now on this answers. */
    public void play(Responder value) {
        fault = value;
    }

    /** How many requests to the model have reached it. */
    public long requests() {
        return requests.sum();
    }

    @Override
    public boolean handle(RecordedRequest request, Reply reply) throws Exception {
        if (request.target().startsWith("/oidc")) {
            return false;
        }
        requests.increment();
        if (closing) {
            reply.header("connection", "close");
        }
        return fault.handle(request, reply);
    }

    /** The number of the request among all of its {@link Load}. */
    public static long numberOf(RecordedRequest request) {
        return Long.parseLong(markerOf(request).substring(Load.MARKER.length(), MARKER_LENGTH - 1));
    }

    static String markerOf(RecordedRequest request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        int at = body.indexOf(Load.MARKER);
        return body.substring(at, at + MARKER_LENGTH);
    }
}
