/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;

/** A search of the web that the upstream does itself. */
final class SearchCall extends CallItem {

    private final ObjectNode item;

    SearchCall(ResponseWriter writer, Bytes out) {
        super(writer, "ws");
        this.item = Json.MAPPER.createObjectNode().put("id", id()).put("type", "web_search_call")
                .put("status", "in_progress");
        begin(item, out);
        event("response.web_search_call.in_progress", out);
        ResponseWriter.close(out);
        event("response.web_search_call.searching", out);
        ResponseWriter.close(out);
    }

    @Override
    void piece(MessageEvent.Span piece, Bytes out) {
        // the query is told when it is whole
    }

    @Override
    void whole(ObjectNode arguments, String json, boolean told, Bytes out) {
        event("response.web_search_call.completed", out);
        ResponseWriter.close(out);
        item.putObject("action").put("type", "search").put("query", arguments.path("query").asText());
        done(item.put("status", "completed"), out);
    }

    @Override
    void cut(String json, Bytes out) {
        done(item.put("status", "incomplete"), out);
    }
}
