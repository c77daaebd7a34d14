/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes one response: its events, numbered, and the object that the first and last of them hold. One thread. */
final class ResponseWriter {

    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("\ndata: {\"type\":\"");
    private static final byte[] SEQUENCE = ascii("\",\"sequence_number\":");
    private static final byte[] END = ascii("}\n\n");
    private static final byte[] RESPONSE = ascii(",\"response\":");
    private static final byte[] STATUS = ascii(",\"status\":\"");
    private static final byte[] OUTPUT = ascii(",\"output\":[");

    private final String id;
    private final byte[] head;
    private final Bytes output = new Bytes(1024);
    private int sequence;
    private int items;

    /** @param id what the ids of the response and its items have in common */
    ResponseWriter(String id, ResponseAnswers.Asked asked, long created) {
        this.id = id;
        ObjectNode members = Json.MAPPER.createObjectNode().put("id", "resp_" + id).put("object", "response")
                .put("created_at", created).put("model", asked.model());
        members.setAll(asked.echo());
        String whole = members.toString();
        this.head = bytes(whole.substring(0, whole.length() - 1));
    }

    /** Writes the events that begin a stream. */
    void begin(Bytes out) {
        whole("response.created", "in_progress", null, null, out);
        whole("response.in_progress", "in_progress", null, null, out);
    }

    /** Writes the event that ends a stream, with the whole response. */
    void end(String status, @Nullable JsonNode details, MessageEvent counts, Bytes out) {
        whole("response." + status, status, details, usage(counts), out);
    }

    /** Writes the event that ends a stream which has failed, with what there is of the response. */
    void fail(Failure failure, Bytes out) {
        open("response.failed", out);
        out.write(RESPONSE);
        object("failed", ClientErrors.ofResponse(failure), null, null, out);
        out.write(END);
    }

    private void whole(String type, String status, @Nullable JsonNode details, @Nullable JsonNode usage, Bytes out) {
        open(type, out);
        out.write(RESPONSE);
        object(status, null, details, usage, out);
        out.write(END);
    }

    /** Writes the response itself. */
    void object(String status, @Nullable JsonNode error, @Nullable JsonNode details, @Nullable JsonNode usage, Bytes out) {
        out.write(head);
        out.write(STATUS);
        out.write(ascii(status + "\",\"error\":"));
        out.write(bytes(String.valueOf(error)));
        out.write(ascii(",\"incomplete_details\":"));
        out.write(bytes(String.valueOf(details)));
        out.write(OUTPUT);
        out.write(output.array(), 0, output.size());
        out.write(ascii("],\"usage\":" + usage + "}"));
    }

    static ObjectNode usage(MessageEvent counts) {
        Usage usage = counts.usage();
        long input = usage.input() + usage.cacheRead() + usage.cacheWrite();
        ObjectNode written = Json.MAPPER.createObjectNode().put("input_tokens", input);
        written.putObject("input_tokens_details").put("cached_tokens", usage.cacheRead())
                .put("cache_write_tokens", usage.cacheWrite());
        written.put("output_tokens", usage.output());
        written.putObject("output_tokens_details").put("reasoning_tokens", counts.thinkingTokens());
        return written.put("total_tokens", input + usage.output());
    }

    /** The id of the next item. */
    String itemId(String prefix) {
        return prefix + "_" + id + "_" + items;
    }

    /** Where the next item stands in the output. */
    int nextItem() {
        return items;
    }

    /** Writes that an item begins. */
    void added(byte[] item, Bytes out) {
        open("response.output_item.added", out);
        item(item, 0, item.length, out);
    }

    /** Writes that an item is whole, and keeps it as one of the output. */
    void done(Bytes item, Bytes out) {
        open("response.output_item.done", out);
        item(item.array(), 0, item.size(), out);
        if (items > 0) {
            output.write(',');
        }
        output.write(item.array(), 0, item.size());
        items++;
    }

    private void item(byte[] item, int from, int length, Bytes out) {
        out.write(ascii(",\"output_index\":" + items + ",\"item\":"));
        out.write(item, from, length);
        out.write(END);
    }

    /** Begins an event: its type and number; {@link #close} ends it. */
    void open(String type, Bytes out) {
        open(ascii(type), out);
    }

    void open(byte[] type, Bytes out) {
        out.write(EVENT);
        out.write(type);
        out.write(DATA);
        out.write(type);
        out.write(SEQUENCE);
        out.write(ascii(Integer.toString(sequence++)));
    }

    static void close(Bytes out) {
        out.write(END);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
