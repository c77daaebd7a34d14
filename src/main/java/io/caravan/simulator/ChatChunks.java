/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;

/** The chunks of a chat stream: what each carries beside its delta, and which variants of it servers send. */
final class ChatChunks {

    private final EventStream stream;
    private final String head;
    private final Faults faults;
    private final String usageSoFar;
    private final String usageAtEnd;
    private final boolean finishesWithLast;
    private EventStream.Kind heldKind;
    private String held;

    /** @param head the members of every chunk, after the opening brace */
    ChatChunks(EventStream stream, String head, Faults faults, String usageSoFar, String usageAtEnd) {
        this.stream = stream;
        this.head = head;
        this.faults = faults;
        this.usageSoFar = faults.has("usage-in-every-chunk") ? usageSoFar : "null";
        this.usageAtEnd = usageAtEnd;
        finishesWithLast = faults.has("finish-with-content") || faults.has("tool-in-one-chunk");
    }

    /** The first delta, which says who speaks. */
    void role() throws IOException {
        String content = ",\"content\":" + (faults.has("null-content") ? "null" : "\"\"");
        String members = "\"role\":\"assistant\"" + (faults.has("role-only") ? "" : content);
        send(EventStream.Kind.START, members, "null", usageSoFar);
    }

    void delta(EventStream.Kind kind, String members) throws IOException {
        if (faults.has("empty-deltas") && !finishesWithLast) {
            send(EventStream.Kind.PING, "", "null", usageSoFar);
            send(EventStream.Kind.PING, "\"content\":\"\"", "null", usageSoFar);
            send(EventStream.Kind.PING, "\"role\":\"assistant\",\"content\":null", "null", usageSoFar);
        }
        sendHeld("null", usageSoFar);
        if (finishesWithLast) {
            heldKind = kind;
            held = members;
        } else {
            send(kind, members, "null", usageSoFar);
        }
    }

    /** Says that the pieces of a tool call are all sent. */
    void toolEnd() throws IOException {
        if (held == null) {
            stream.frame(EventStream.Kind.TOOL_END, null, null);
        }
    }

    /** Ends the one choice, with the last delta if that was held back. */
    void finish(String reason) throws IOException {
        boolean withUsage = faults.has("usage-in-finish") || faults.has("usage-in-every-chunk");
        String usage = withUsage ? usageAtEnd : "null";
        if (held != null) {
            sendHeld(reason, usage);
            stream.frame(EventStream.Kind.FINISH, null, null);
        } else {
            send(EventStream.Kind.FINISH, "", reason, usage);
        }
        if (faults.has("two-finishes")) {
            send(EventStream.Kind.PING, "\"content\":\"\"", reason, usage);
        }
    }

    /** Sends the chunk that has no choice but the usage. */
    void usage() throws IOException {
        stream.frame(EventStream.Kind.PING, null, "{" + head + ",\"choices\":[],\"usage\":" + usageAtEnd + "}");
    }

    private void sendHeld(String reason, String usage) throws IOException {
        if (held != null) {
            String members = held;
            held = null;
            send(heldKind, members, reason, usage);
        }
    }

    private void send(EventStream.Kind kind, String members, String reason, String usage) throws IOException {
        String choice = choice(0, members, reason);
        if (faults.has("two-choices")) {
            choice = choice(1, "\"content\":\"other\"", reason) + "," + choice;
        }
        stream.frame(kind, null, "{" + head + ",\"choices\":[" + choice + "],\"usage\":" + usage + "}");
    }

    private static String choice(int index, String members, String reason) {
        return "{\"index\":" + index + ",\"delta\":{" + members + "},\"finish_reason\":" + reason + "}";
    }
}
