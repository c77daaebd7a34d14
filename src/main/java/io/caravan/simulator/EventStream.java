/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends the frames of a streamed answer at their pace, and breaks the stream where a fault says so. */
final class EventStream {

    /** What a frame means, for pacing and faults. */
    enum Kind { START, PING, THINKING, BLOCK, CONTENT, BLOCK_END, TOOL_END, FINISH, END }

    private static final int CONTENT_BEFORE_MID = 2;

    private final Reply reply;
    private final Dialect dialect;
    private final Faults faults;
    private final Answer answer;
    private boolean silenceKept;
    private boolean midPassed;
    private boolean ended;
    private int contents;

    EventStream(Reply reply, Dialect dialect, Faults faults, Answer answer) {
        this.reply = reply;
        this.dialect = dialect;
        this.faults = faults;
        this.answer = answer;
    }

    /** Starts the answer; everything after this is inside a 200. */
    void start() throws IOException {
        reply.startStream();
        failIf("error-first");
    }

    /** Sends one frame; without a text it only says that this point is reached. */
    void frame(Kind kind, String event, String json) throws IOException {
        if (ended) {
            return;
        }
        pace(kind);
        if (!faults.isEmpty()) {
            breakBefore(kind);
            if (ended || kind == Kind.END && faults.has("no-message-stop")) {
                return;
            }
        }
        if (json != null) {
            send(faults.has("no-event-lines") ? null : event, json);
        }
        if (kind == Kind.CONTENT) {
            contents++;
        }
        if (!faults.isEmpty()) {
            breakAfter(kind);
        }
    }

    /** Sends a comment line. */
    void comment(String text) throws IOException {
        if (!ended) {
            reply.chunk((": " + text + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Ends the answer, unless a fault has. */
    void end() throws IOException {
        if (!ended) {
            reply.endStream();
        }
    }

    private void send(String event, String json) throws IOException {
        if (faults.has("crlf")) {
            String line = event == null ? "" : "event: " + event + "\r\n";
            reply.chunk((line + "data:" + json + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        } else {
            reply.event(event, json);
        }
    }

    private void pace(Kind kind) throws IOException {
        if (!silenceKept && kind != Kind.START && kind != Kind.PING) {
            silenceKept = true;
            reply.pause(answer.silenceMillis());
        }
        if (kind == Kind.CONTENT || kind == Kind.THINKING) {
            reply.pause(answer.delayMillis());
        }
    }

    private void breakBefore(Kind kind) throws IOException {
        boolean blockOver = contents > 0 && (kind == Kind.BLOCK_END || kind == Kind.TOOL_END);
        boolean mid = !midPassed && (contents >= CONTENT_BEFORE_MID || blockOver || kind == Kind.FINISH);
        if (!mid) {
            return;
        }
        midPassed = true;
        failIf("error-mid");
        if (ended) {
            return;
        }
        if (faults.has("bad-json-frame")) {
            String name = dialect.speaksMessages() ? "content_block_delta" : null;
            reply.event(name, "{\"type\":\"content_block_delta\",\"ind");
        }
        if (faults.has("reset-mid")) {
            ended = true;
            reply.reset();
        } else if (faults.has("close-mid")) {
            ended = true;
            reply.closeSocket();
        } else if (faults.has("eof-mid")) {
            ended = true;
            reply.endStream();
        }
    }

    private void breakAfter(Kind kind) throws IOException {
        if (kind == Kind.START) {
            failIf("error-after-start");
        } else if (kind == Kind.TOOL_END && faults.has("reset-after-tool")) {
            ended = true;
            reply.reset();
        } else if (kind == Kind.FINISH && faults.has("hang-after-finish")
                || kind == Kind.END && faults.has("hang-after-end")) {
            ended = true;
            reply.waitForPeer();
        }
    }

    private void failIf(String fault) throws IOException {
        String type = faults.argument(fault);
        if (type == null || ended) {
            return;
        }
        String name = type.isEmpty() ? "overloaded_error" : type;
        String message = faults.has("message") ? faults.argument("message") : "simulated " + name;
        String error = ErrorBody.inStream(dialect, Refusal.inside200(name, message), faults.has("plain-error"));
        reply.event(dialect.speaksMessages() ? "error" : null, error);
        reply.endStream();
        ended = true;
    }
}
