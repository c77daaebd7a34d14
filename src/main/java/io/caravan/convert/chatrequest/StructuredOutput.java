/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Asks for an answer that fits a JSON schema, by {@code response_format} or by a forced tool (cases M37, M38). */
final class StructuredOutput {

    private StructuredOutput() {
    }

    /** The schema the client asks for in either spelling. */
    static Optional<JsonNode> schema(JsonNode request) {
        JsonNode format = request.path("output_config").path("format");
        if (!format.isObject()) {
            format = request.path("output_format");
        }
        if (!Nodes.isOfType(format, "json_schema")) {
            return Optional.empty();
        }
        return Optional.of(format.path("schema")).filter(JsonNode::isObject);
    }

    /**
     * Writes the wish for {@code schema} into {@code body}, which has its tools and stream already.
     *
     * @return whether it became the forced tool
     */
    static boolean write(JsonNode schema, ObjectNode body, Conversion conversion) {
        if (conversion.dialect().takesSchema(conversion.traits(), body.path("stream").asBoolean())) {
            ObjectNode format = body.putObject("response_format").put("type", "json_schema");
            format.putObject("json_schema").put("name", "structured_output").put("strict", true).set("schema", schema);
            return false;
        }
        boolean alone = !body.has("tools") || body.path("tool_choice").asText().equals("none");
        ObjectNode tool = body.withArray("tools").addObject().put("type", "function");
        tool.putObject("function").put("name", ChatRequest.JSON_TOOL)
                .put("description", "Gives the final answer. Its arguments are the answer, as the user gets it.")
                .set("parameters", ToolSchema.of(schema, conversion.strictSchema()));
        if (alone) {
            body.set("tool_choice", ChatTools.function(ChatRequest.JSON_TOOL));
        } else if (!body.path("tool_choice").isObject()) {
            body.put("tool_choice", "required");
        }
        return true;
    }
}
