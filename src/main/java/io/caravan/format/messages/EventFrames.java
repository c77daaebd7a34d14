/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Writes the events of a Messages stream, each with its {@code event:} line and its blank line. The order
 * is the caller's; nothing is kept, so any thread may write into a {@link Bytes} of its own.
 */
public final class EventFrames {

    /** What a {@code content_block_delta} adds to its block. */
    public enum Delta {
        TEXT_DELTA("text"), THINKING_DELTA("thinking"), SIGNATURE_DELTA("signature"), INPUT_JSON_DELTA("partial_json");

        private final byte[] opening;

        Delta(String member) {
            opening = ascii(",\"delta\":{\"type\":\"" + name().toLowerCase(Locale.ROOT) + "\",\"" + member + "\":\"");
        }
    }

    private static final byte[] DELTA = ascii("event: content_block_delta\n"
            + "data: {\"type\":\"content_block_delta\",\"index\":");
    private static final byte[] DELTA_END = ascii("\"}}\n\n");
    private static final byte[] STOP = ascii("event: content_block_stop\n"
            + "data: {\"type\":\"content_block_stop\",\"index\":");
    private static final byte[] STOP_END = ascii("}\n\n");
    private static final byte[] MESSAGE_STOP = ascii("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    private static final byte[] FRAME_END = ascii("\n\n");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]*");

    private EventFrames() {
    }

    /**
     * A whole message as the event stream it would have been, {@code message_start} to {@code message_stop}: for an upstream
     * that ignored {@code stream} (case S35). Members and blocks that are not known here are kept, whole.
     *
     * @throws MalformedBody if that is no message
     */
    public static byte[] ofMessage(byte[] message) {
        return MessageEvents.of(message);
    }

    /**
     * The other way round: the events of a whole stream as the message they make.
     *
     * @throws MalformedBody if they are no events of a message
     */
    public static byte[] toMessage(byte[] events) {
        return JoinedEvents.message(events);
    }

    /** The name of the event that {@code data} is, told by its {@code type}; empty if it tells none that could be a name. */
    public static String nameOf(byte[] data) {
        try {
            String type = Json.MAPPER.readTree(data).path("type").asText();
            return NAME.matcher(type).matches() ? type : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** @param message a message without content and stop reason yet */
    public static void messageStart(Bytes out, JsonNode message) {
        frame(out, event("message_start").set("message", message));
    }

    /** @param block the block as it begins: empty, or whole if its type has no deltas */
    public static void blockStart(Bytes out, int index, JsonNode block) {
        frame(out, event("content_block_start").put("index", index).set("content_block", block));
    }

    public static void delta(Bytes out, int index, Delta delta, CharSequence value) {
        out.write(DELTA);
        number(out, index);
        out.write(delta.opening);
        out.writeEscaped(value);
        out.write(DELTA_END);
    }

    /** A delta of a kind that is rare. */
    static void delta(Bytes out, int index, JsonNode delta) {
        frame(out, event("content_block_delta").put("index", index).set("delta", delta));
    }

    public static void blockStop(Bytes out, int index) {
        out.write(STOP);
        number(out, index);
        out.write(STOP_END);
    }

    /**
     * @param delta    the stop reason and what belongs to it
     * @param usage    token counts, which override those of the start (rule R13)
     * @param thinking how many of the output tokens went into thinking
     */
    public static void messageDelta(Bytes out, JsonNode delta, Usage usage, long thinking) {
        frame(out, messageDelta(delta, UsageSchema.delta(usage, thinking)));
    }

    static ObjectNode messageDelta(JsonNode delta, JsonNode usage) {
        ObjectNode event = event("message_delta");
        event.set("delta", delta);
        event.set("usage", usage);
        return event;
    }

    public static void messageStop(Bytes out) {
        out.write(MESSAGE_STOP);
    }

    static void frame(Bytes out, JsonNode event) {
        out.write(ascii("event: " + event.path("type").textValue() + "\ndata: "));
        try {
            out.write(Json.MAPPER.writeValueAsBytes(event));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.write(FRAME_END);
    }

    private static ObjectNode event(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }

    private static void number(Bytes out, int number) {
        if (number < 10) {
            out.write('0' + number);
        } else {
            out.write(ascii(Integer.toString(number)));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
