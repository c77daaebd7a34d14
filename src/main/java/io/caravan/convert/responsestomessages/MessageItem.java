/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import static io.caravan.convert.responsestomessages.ResponseWriter.ascii;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import java.nio.charset.StandardCharsets;

/** A message of a response: neighbouring text blocks are its parts. */
final class MessageItem {

    private static final byte[] TEXT_DELTA = ascii("response.output_text.delta");
    private static final byte[] DELTA = ascii(",\"delta\":");
    private static final byte[] NO_LOGPROBS = ascii(",\"logprobs\":[]");

    private final ResponseWriter writer;
    private final String head;
    private final byte[] place;
    private final Bytes content = new Bytes(1024);
    private int parts;
    private boolean begun;

    MessageItem(ResponseWriter writer) {
        this.writer = writer;
        String id = writer.itemId("msg");
        this.head = "{\"id\":\"" + id + "\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"";
        this.place = ascii(",\"item_id\":\"" + id + "\",\"output_index\":" + writer.nextItem() + ",\"content_index\":");
    }

    Block newPart() {
        return new TextPart();
    }

    /** Writes that the model refuses to answer, and why. */
    void refusal(String why, Bytes out) {
        byte[] text = Json.quoted(why.isEmpty() ? "The model refuses to answer this request." : why);
        part(json("{\"type\":\"refusal\",\"refusal\":", ascii("\"\""), "}"), out);
        event("response.refusal.delta", out);
        out.write(DELTA);
        out.write(text);
        ResponseWriter.close(out);
        event("response.refusal.done", out);
        out.write(ascii(",\"refusal\":"));
        out.write(text);
        ResponseWriter.close(out);
        partDone(json("{\"type\":\"refusal\",\"refusal\":", text, "}"), out);
    }

    /** Writes that the message is whole; nothing if nothing was said in it. */
    void end(String status, Bytes out) {
        if (!begun) {
            return;
        }
        Bytes item = new Bytes(content.size() + 256);
        item.write(ascii(head + status + "\",\"content\":["));
        item.write(content.array(), 0, content.size());
        item.write(ascii("]}"));
        writer.done(item, out);
    }

    private void part(byte[] empty, Bytes out) {
        if (!begun) {
            begun = true;
            writer.added(ascii(head + "in_progress\",\"content\":[]}"), out);
        }
        partEvent("response.content_part.added", empty, out);
    }

    private void partDone(byte[] part, Bytes out) {
        partEvent("response.content_part.done", part, out);
        if (parts > 0) {
            content.write(',');
        }
        content.write(part);
        parts++;
    }

    private void partEvent(String type, byte[] part, Bytes out) {
        event(type, out);
        out.write(ascii(",\"part\":"));
        out.write(part);
        ResponseWriter.close(out);
    }

    private void event(String type, Bytes out) {
        event(ascii(type), out);
    }

    private void event(byte[] type, Bytes out) {
        writer.open(type, out);
        out.write(place);
        out.write(ascii(Integer.toString(parts)));
    }

    private static byte[] json(String before, byte[] value, String behind) {
        Bytes json = new Bytes(value.length + 64);
        json.write(ascii(before));
        json.write(value);
        json.write(ascii(behind));
        return json.toByteArray();
    }

    /** A text block. Blocks without text are no parts. */
    private final class TextPart implements Block {

        private final Escaped text = new Escaped();
        private final ArrayNode annotations = Json.MAPPER.createArrayNode();
        private int chars;
        private boolean open;

        @Override
        public void take(MessageEvent event, Bytes out) {
            cite(event.citation());
            if (event.text.isEmpty()) {
                return;
            }
            if (!open) {
                open = true;
                part(output(new Escaped(), Json.MAPPER.createArrayNode()), out);
            }
            text.add(event.text);
            chars += event.text.chars();
            event(TEXT_DELTA, out);
            out.write(DELTA);
            event.text.writeTo(out);
            out.write(NO_LOGPROBS);
            ResponseWriter.close(out);
        }

        private void cite(JsonNode citation) {
            String url = citation.path("url").asText();
            if (!url.isEmpty()) {
                annotations.addObject().put("type", "url_citation").put("url", url)
                        .put("title", citation.path("title").asText());
            }
        }

        @Override
        public void stop(Bytes out) {
            if (!open) {
                return;
            }
            open = false;
            for (int i = 0; i < annotations.size(); i++) {
                annotation(i, out);
            }
            event("response.output_text.done", out);
            out.write(ascii(",\"text\":"));
            text.writeTo(out);
            out.write(NO_LOGPROBS);
            ResponseWriter.close(out);
            partDone(output(text, annotations), out);
        }

        private void annotation(int index, Bytes out) {
            ((ObjectNode) annotations.get(index)).put("start_index", 0).put("end_index", chars);
            event("response.output_text.annotation.added", out);
            out.write(ascii(",\"annotation_index\":" + index + ",\"annotation\":"));
            out.write(annotations.get(index).toString().getBytes(StandardCharsets.UTF_8));
            ResponseWriter.close(out);
        }

        private static byte[] output(Escaped text, ArrayNode annotations) {
            Bytes part = new Bytes(256);
            part.write(ascii("{\"type\":\"output_text\",\"text\":"));
            text.writeTo(part);
            part.write(ascii(",\"annotations\":"));
            part.write(annotations.toString().getBytes(StandardCharsets.UTF_8));
            part.write(NO_LOGPROBS);
            part.write('}');
            return part.toByteArray();
        }

        @Override
        public boolean begun() {
            return begun;
        }
    }
}
