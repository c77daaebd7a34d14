/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import static io.caravan.convert.responsestomessages.ResponseWriter.ascii;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A tool use as an item of a response. It is told whole only when its input is: what is no JSON object when the block ends
 * is an incomplete item if the message was cut, and else a failure.
 */
abstract class CallItem implements Block {

    private final ResponseWriter writer;
    private final String id;
    private final byte[] place;
    private final Escaped input = new Escaped();
    /** The input that came with the block's start; what its deltas bring takes its place. */
    private Bytes atStart = new Bytes(64);
    private boolean over;

    CallItem(ResponseWriter writer, String prefix) {
        this.writer = writer;
        this.id = writer.itemId(prefix);
        this.place = ascii(",\"item_id\":\"" + id + "\",\"output_index\":" + writer.nextItem());
    }

    /** Writes that the item begins. */
    final void begin(ObjectNode item, Bytes out) {
        writer.added(bytes(item), out);
    }

    final String id() {
        return id;
    }

    /** Begins an event of this item. */
    final void event(byte[] type, Bytes out) {
        writer.open(type, out);
        out.write(place);
    }

    final void event(String type, Bytes out) {
        event(ascii(type), out);
    }

    /** Writes an event of this item with one member. */
    final void event(String type, String member, byte[] value, Bytes out) {
        event(type, out);
        out.write(ascii(",\"" + member + "\":"));
        out.write(value);
        ResponseWriter.close(out);
    }

    /** Writes that the item is over. */
    final void done(ObjectNode item, Bytes out) {
        Bytes written = new Bytes(512);
        written.write(bytes(item));
        writer.done(written, out);
    }

    private static byte[] bytes(ObjectNode item) {
        return item.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A piece of the input has come. */
    abstract void piece(MessageEvent.Span piece, Bytes out);

    /** The input is whole. */
    abstract void whole(ObjectNode arguments, String json, boolean told, Bytes out);

    /** The input is as far as it came when the message was cut. */
    abstract void cut(String json, Bytes out);

    @Override
    public final void take(MessageEvent event, Bytes out) {
        if (!event.input.isEmpty()) {
            event.input.writeTo(atStart);
        }
        if (!event.partialJson.isEmpty()) {
            input.add(event.partialJson);
            piece(event.partialJson, out);
        }
    }

    @Override
    public final void stop(Bytes out) {
        if (over) {
            return;
        }
        String json = json();
        Optional<ObjectNode> arguments = object(json);
        if (arguments.isPresent()) {
            over = true;
            whole(arguments.get(), json, !input.isEmpty(), out);
        }
    }

    private String json() {
        if (!input.isEmpty()) {
            return input.text();
        }
        if (atStart.size() > 0) {
            return atStart.toString(StandardCharsets.UTF_8);
        }
        return "{}";
    }

    private static Optional<ObjectNode> object(String json) {
        try {
            return Optional.of(Json.exact(json.getBytes(StandardCharsets.UTF_8))).filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public final void end(StopReason reason, Bytes out) {
        if (over) {
            return;
        }
        if (reason != StopReason.CUT) {
            throw Failure.of(Kind.BAD_ANSWER, "The upstream's call of a tool has arguments that are no JSON object.");
        }
        over = true;
        cut(json(), out);
    }

    @Override
    public final boolean begun() {
        return true;
    }
}
