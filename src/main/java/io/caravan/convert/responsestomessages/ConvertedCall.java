/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import io.caravan.format.responses.ResponsesRequest.Call;
import io.caravan.format.responses.ResponsesRequest.Tool;

/** A call of a tool that the upstream knows as a function and the client as something else; told when it is whole. */
final class ConvertedCall extends CallItem {

    private static final String[] ACTION = {"command", "working_directory", "timeout_ms"};

    private final Call call;
    private final ObjectNode item;

    ConvertedCall(ResponseWriter writer, Tool tool, MessageEvent event, Bytes out) {
        super(writer, tool.call() == Call.CUSTOM ? "ctc" : "lsh");
        this.call = tool.call();
        this.item = Json.MAPPER.createObjectNode().put("id", id()).put("status", "in_progress")
                .put("call_id", event.id.isEmpty() ? "call_" + id() : Escaped.text(event.id));
        if (call == Call.CUSTOM) {
            item.put("type", "custom_tool_call").put("name", tool.name()).put("input", "");
            if (!tool.namespace().isEmpty()) {
                item.put("namespace", tool.namespace());
            }
        } else {
            item.put("type", "local_shell_call").set("action", action(Json.MAPPER.createObjectNode()));
        }
        begin(item, out);
    }

    @Override
    void piece(MessageEvent.Span piece, Bytes out) {
        // nobody can read a part of it
    }

    @Override
    void whole(ObjectNode arguments, String json, boolean told, Bytes out) {
        if (call == Call.CUSTOM) {
            JsonNode input = arguments.path("input");
            String text = input.isTextual() ? input.textValue() : json;
            event("response.custom_tool_call_input.delta", "delta", Json.quoted(text), out);
            event("response.custom_tool_call_input.done", "input", Json.quoted(text), out);
            item.put("input", text);
        } else {
            item.set("action", action(arguments));
        }
        done(item.put("status", "completed"), out);
    }

    private static ObjectNode action(ObjectNode arguments) {
        ObjectNode action = Json.MAPPER.createObjectNode().put("type", "exec");
        action.putArray("command");
        action.putObject("env");
        for (String member : ACTION) {
            if (arguments.hasNonNull(member)) {
                action.set(member, arguments.get(member));
            }
        }
        return action;
    }

    @Override
    void cut(String json, Bytes out) {
        done(item.put("status", "incomplete"), out);
    }
}
