/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.ToolSchema;

/** Asks for an answer that fits a JSON schema, by {@code response_format} or by a forced tool (cases M37, M38). */
final class StructuredOutput {

    static final String TOOL = "json_output";

    private StructuredOutput() {
    }

    /** The schema the client asks for in either spelling, or null. */
    static JsonNode schema(JsonNode request) {
        JsonNode format = request.path("output_config").path("format");
        if (!format.isObject()) {
            format = request.path("output_format");
        }
        return format.path("type").asText().equals("json_schema") && format.path("schema").isObject()
                ? format.get("schema") : null;
    }

    /**
     * Writes the wish for {@code schema} into {@code body}, which has its tools and stream already.
     *
     * @return whether it became the forced tool
     */
    static boolean write(JsonNode schema, ObjectNode body, Conversion conversion) {
        if (conversion.dialect().takesSchema(conversion.options().traits(), body.path("stream").asBoolean())) {
            ObjectNode format = body.putObject("response_format").put("type", "json_schema");
            format.putObject("json_schema").put("name", "structured_output").put("strict", true).set("schema", schema);
            return false;
        }
        boolean alone = !body.has("tools") || body.path("tool_choice").asText().equals("none");
        ArrayNode tools = body.get("tools") instanceof ArrayNode given ? given : body.putArray("tools");
        ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", TOOL)
                .put("description", "Gives the final answer. Its arguments are the answer, as the user gets it.");
        function.set("parameters", ToolSchema.of(schema, conversion.options().strictSchema()));
        if (alone) {
            body.set("tool_choice", ChatTools.function(TOOL));
        } else if (!body.path("tool_choice").isObject()) {
            body.put("tool_choice", "required");
        }
        return true;
    }
}
