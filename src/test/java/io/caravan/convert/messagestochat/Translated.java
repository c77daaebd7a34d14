/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import io.caravan.failure.Failure;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * A chat stream sent through the translator.
 *
 * @param events what the client got
 * @param error  what ended it, or null
 */
record Translated(String events, Failure error, MessageEventMachine translator) {

    static final AnswerContext PLAIN = context(true, false, false);

    static AnswerContext context(boolean thinkingAsked, boolean thinkingOmitted, boolean jsonTool) {
        return new AnswerContext("claude-alias", Map.of(), thinkingAsked, thinkingOmitted, jsonTool, 0, List.of(), Set.of(),
                new ThinkingHistory.Thinker("chat a-model", true));
    }

    static Translated of(String sse) {
        return of(sse, PLAIN);
    }

    static Translated of(String sse, AnswerContext context) {
        return of(sse.getBytes(StandardCharsets.UTF_8), context, () -> Integer.MAX_VALUE);
    }

    /** @param sizes how many bytes arrive at once */
    static Translated of(byte[] sse, AnswerContext context, IntSupplier sizes) {
        MessageEventMachine translator = new MessageEventMachine(context);
        Bytes out = new Bytes(1024);
        Failure error = null;
        EventBuffer events = new EventBuffer(1 << 20);
        InputStream in = new ByteArrayInputStream(sse) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, sizes.getAsInt()));
            }
        };
        try {
            while (events.fill(in) >= 0) {
                while (events.next()) {
                    translator.event(events.bytes(), events.start(), events.end(), out);
                }
            }
            translator.end(out);
        } catch (Failure e) {
            error = e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Translated(out.toString(StandardCharsets.UTF_8), error, translator);
    }

    /** A stream of these chunks and, if asked, {@code [DONE]}. */
    static String sse(boolean done, String... chunks) {
        StringBuilder sse = new StringBuilder();
        for (String chunk : chunks) {
            sse.append("data: ").append(chunk).append("\n\n");
        }
        return done ? sse.append("data: [DONE]\n\n").toString() : sse.toString();
    }

    /** A chunk with this delta. */
    static String delta(String members) {
        return "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{" + members + "},\"finish_reason\":null}]}";
    }

    /** The chunk that ends an answer. */
    static String finish(String reason) {
        return "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }
}
