/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import static io.caravan.convert.responsestomessages.ResponseWriter.ascii;

import io.caravan.format.json.Bytes;
import io.caravan.format.messages.MessageEvent;
import io.caravan.format.responses.ResponsesRequest;

/** Thinking as a reasoning item: its text is the summary, and its signature goes out sealed, to come back with it. */
final class ReasoningItem implements Block {

    private static final byte[] TEXT_DELTA = ascii("response.reasoning_summary_text.delta");
    private static final byte[] DELTA = ascii(",\"delta\":");
    private static final String EMPTY_PART = "{\"type\":\"summary_text\",\"text\":\"\"}";

    private final ResponseWriter writer;
    private final String head;
    private final byte[] place;
    private final Escaped text = new Escaped();
    private final Escaped signature = new Escaped();
    private final Escaped redacted = new Escaped();
    private boolean begun;
    private boolean over;

    ReasoningItem(ResponseWriter writer) {
        this.writer = writer;
        String id = writer.itemId("rs");
        this.head = "{\"id\":\"" + id + "\",\"type\":\"reasoning\",\"summary\":[";
        this.place = ascii(",\"item_id\":\"" + id + "\",\"output_index\":" + writer.nextItem() + ",\"summary_index\":0");
    }

    @Override
    public void take(MessageEvent event, Bytes out) {
        signature.add(event.signature);
        redacted.add(event.data);
        boolean sealed = !signature.isEmpty() || !redacted.isEmpty();
        if (sealed) {
            begin(out);
        }
        if (event.thinking.isEmpty()) {
            return;
        }
        begin(out);
        if (text.isEmpty()) {
            event("response.reasoning_summary_part.added", out);
            out.write(ascii(",\"part\":" + EMPTY_PART));
            ResponseWriter.close(out);
        }
        text.add(event.thinking);
        writer.open(TEXT_DELTA, out);
        out.write(place);
        out.write(DELTA);
        event.thinking.writeTo(out);
        ResponseWriter.close(out);
    }

    private void begin(Bytes out) {
        if (!begun) {
            begun = true;
            writer.added(ascii(head + "]}"), out);
        }
    }

    private void event(String type, Bytes out) {
        writer.open(type, out);
        out.write(place);
    }

    @Override
    public void stop(Bytes out) {
        if (over || !begun) {
            return;
        }
        over = true;
        Bytes item = new Bytes(1024);
        item.write(ascii(head));
        if (!text.isEmpty()) {
            event("response.reasoning_summary_text.done", out);
            out.write(ascii(",\"text\":"));
            text.writeTo(out);
            ResponseWriter.close(out);
            event("response.reasoning_summary_part.done", out);
            out.write(ascii(",\"part\":"));
            summary(out);
            ResponseWriter.close(out);
            summary(item);
        }
        item.write(ascii("],\"encrypted_content\":"));
        seal(item);
        item.write('}');
        writer.done(item, out);
    }

    private void summary(Bytes out) {
        out.write(ascii("{\"type\":\"summary_text\",\"text\":"));
        text.writeTo(out);
        out.write('}');
    }

    private void seal(Bytes item) {
        if (!redacted.isEmpty()) {
            seal(ResponsesRequest.REDACTED, redacted, item);
        } else if (signature.isEmpty()) {
            item.write(ascii("null"));
        } else {
            seal(ResponsesRequest.SIGNATURE, signature, item);
        }
    }

    private static void seal(String kind, Escaped what, Bytes item) {
        item.write(ascii("\"" + kind));
        what.writeInner(item);
        item.write('"');
    }

    @Override
    public boolean begun() {
        return begun;
    }
}
