/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import static io.caravan.convert.responsestomessages.ResponseWriter.ascii;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import io.caravan.format.responses.ResponsesRequest.Tool;

/** A call of a function: its arguments go on in the pieces they come in. */
final class FunctionCall extends CallItem {

    private static final byte[] ARGUMENTS_DELTA = ascii("response.function_call_arguments.delta");
    private static final byte[] DELTA = ascii(",\"delta\":");

    private final ObjectNode item;

    FunctionCall(ResponseWriter writer, Tool tool, MessageEvent event, Bytes out) {
        super(writer, "fc");
        this.item = Json.MAPPER.createObjectNode().put("id", id()).put("type", "function_call")
                .put("status", "in_progress").put("arguments", "").put("call_id", callId(event)).put("name", tool.name());
        if (!tool.namespace().isEmpty()) {
            item.put("namespace", tool.namespace());
        }
        begin(item, out);
    }

    private String callId(MessageEvent event) {
        return event.id.isEmpty() ? "call_" + id() : Escaped.text(event.id);
    }

    @Override
    void piece(MessageEvent.Span piece, Bytes out) {
        event(ARGUMENTS_DELTA, out);
        out.write(DELTA);
        piece.writeTo(out);
        ResponseWriter.close(out);
    }

    @Override
    void whole(ObjectNode arguments, String json, boolean told, Bytes out) {
        byte[] quoted = Json.quoted(json);
        if (!told) {
            event("response.function_call_arguments.delta", "delta", quoted, out);
        }
        event("response.function_call_arguments.done", "arguments", quoted, out);
        done(item.put("arguments", json).put("status", "completed"), out);
    }

    @Override
    void cut(String json, Bytes out) {
        done(item.put("arguments", json).put("status", "incomplete"), out);
    }
}
