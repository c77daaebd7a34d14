/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes the chunks of one chat stream as events: what is the same in all of them is made once. Immutable; the order is the
 * caller's.
 */
public final class ChunkWriter {

    /** The event behind the last chunk. */
    public static final byte[] DONE = ascii("data: [DONE]\n\n");
    private static final byte[] PING = ascii(": ping\n\n");
    private static final byte[] CHOICES = ascii(",\"choices\":[{\"index\":0,\"delta\":");
    private static final byte[] NO_CHOICES = ascii(",\"choices\":[],\"usage\":");
    private static final byte[] FINISH = ascii("{},\"finish_reason\":");
    private static final byte[] UNFINISHED = ascii(",\"finish_reason\":null");

    private final byte[] head;
    private final byte[] end;

    /** @param usageAsked whether every chunk is to have a {@code usage}, null but in the last */
    public ChunkWriter(String id, String model, long created, boolean usageAsked) {
        head = ("data: {\"id\":" + string(id) + ",\"object\":\"chat.completion.chunk\",\"created\":" + created
                + ",\"model\":" + string(model)).getBytes(StandardCharsets.UTF_8);
        String usage = "";
        if (usageAsked) {
            usage = ",\"usage\":null";
        }
        end = ascii("}]" + usage + "}\n\n");
    }

    /**
     * A whole chat completion as the stream it would have been (case S35): its chunks, {@code [DONE]} included.
     *
     * @param includeUsage whether the client asked for a chunk of token counts
     * @throws io.caravan.format.json.MalformedBody if it is no completion
     */
    public static byte[] ofCompletion(byte[] completion, boolean includeUsage) {
        try {
            return CompletionChunks.of(completion, includeUsage);
        } catch (IOException e) {
            throw new MalformedBody("no completion");
        }
    }

    /** Begins a chunk whose delta is written next; {@link #close} ends it. */
    public void open(Bytes out) {
        out.write(head);
        out.write(CHOICES);
    }

    /** Ends a chunk that {@link #open} has begun. */
    public void close(Bytes out) {
        out.write(UNFINISHED);
        out.write(end);
    }

    /** Writes a chunk with {@code delta}. */
    public void delta(JsonNode delta, Bytes out) {
        open(out);
        out.write(delta.toString().getBytes(StandardCharsets.UTF_8));
        close(out);
    }

    /** Writes the chunk that ends the choice. */
    public void finish(String reason, Bytes out) {
        open(out);
        out.write(FINISH);
        out.write(Json.quoted(reason));
        out.write(end);
    }

    /** Writes the chunk of token counts, which has no choice. */
    public void usage(JsonNode usage, Bytes out) {
        out.write(head);
        out.write(NO_CHOICES);
        out.write(ascii(usage.toString()));
        out.write(ascii("}\n\n"));
    }

    /** Writes a comment, which clients pass over. */
    public static void ping(Bytes out) {
        out.write(PING);
    }

    /** A text of ASCII alone as bytes. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String string(String text) {
        return new String(Json.quoted(text), StandardCharsets.UTF_8);
    }
}
