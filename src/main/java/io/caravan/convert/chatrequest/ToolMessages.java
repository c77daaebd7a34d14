/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;

/** Turns tool results into {@code tool} messages (cases M19-M26). */
final class ToolMessages {

    private static final String NO_RESULT = "(no result)";
    private static final String ERROR = "Error: ";

    private final Conversion conversion;
    private final ContentParts contents;

    ToolMessages(Conversion conversion, ContentParts contents) {
        this.conversion = conversion;
        this.contents = contents;
    }

    /** What stands in for a result the client did not send. */
    ObjectNode missing(String callId) {
        return message(callId).put("content", NO_RESULT);
    }

    /** The message for a result. What a tool message cannot hold goes into the user's {@code rest}. */
    ObjectNode of(Turn.Block result, String callId, Parts rest) {
        Parts parts = parts(result);
        ObjectNode message = message(callId);
        JsonNode mark = conversion.mark(result.node());
        if (conversion.dialect().toolResultsAreText()) {
            message.put("content", parts.flat(callId, rest));
            rest.mark(mark);
            return message;
        }
        parts.mark(mark);
        if (needsParts(parts)) {
            message.set("content", parts.list());
        } else {
            message.put("content", parts.flat(callId, rest));
        }
        return message;
    }

    /** A result that answers no call, as words of the user. */
    void orphan(Turn.Block result, Parts rest) {
        rest.text("[result of tool call " + result.node().path("tool_use_id").asText() + "]");
        for (JsonNode part : parts(result).list()) {
            rest.add((ObjectNode) part, null);
        }
        rest.mark(conversion.mark(result.node()));
    }

    private Parts parts(Turn.Block result) {
        Parts parts = new Parts();
        contents.addAll(result.node().path("content"), result.path() + ".tool_result.content", parts);
        if (parts.isEmpty()) {
            parts.text(Parts.NO_OUTPUT);
        }
        if (result.node().path("is_error").asBoolean()) {
            markAsError(parts);
        }
        return parts;
    }

    private static void markAsError(Parts parts) {
        if (parts.list().get(0) instanceof ObjectNode first && Parts.isText(first)) {
            first.put("text", ERROR + first.get("text").textValue());
        } else {
            parts.list().insert(0, Nodes.object().put("type", "text").put("text", ERROR.strip()));
        }
    }

    private static boolean needsParts(Parts parts) {
        for (JsonNode part : parts.list()) {
            if (!Parts.isPlainText(part)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode message(String callId) {
        return Nodes.object().put("role", "tool").put("tool_call_id", callId);
    }
}
