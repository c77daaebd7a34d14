/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;

/** A body like that of Claude Code's main call: 21 tools and a tool loop, about 100 KB. */
final class RealisticBody {

    private static final String PROSE =
            "Use the tool with care, and \"quote\" what matters.\nThen look at /src/main; go on. ";

    private RealisticBody() {
    }

    static byte[] json() {
        ObjectNode body = Json.MAPPER.createObjectNode().put("model", "claude-opus-5-5");
        ArrayNode messages = body.putArray("messages");
        ArrayNode first = messages.addObject().put("role", "user").putArray("content");
        text(first, "<system-reminder>\n" + PROSE.repeat(20) + "\n</system-reminder>");
        text(first, "Fix the build.");
        ObjectNode environment = messages.addObject().put("role", "system").put("content", PROSE.repeat(60));
        environment.putObject("output_config").put("effort", "medium");
        for (int i = 0; i < 10; i++) {
            ArrayNode assistant = messages.addObject().put("role", "assistant").putArray("content");
            assistant.addObject().put("type", "thinking").put("thinking", "").put("signature", "EqQB".repeat(100) + "==");
            text(assistant, "I will look at file " + i + ".");
            assistant.addObject().put("type", "tool_use").put("id", "toolu_" + i).put("name", "Read").putObject("input")
                    .put("file_path", "/src/main/File" + i + ".java").put("limit", 200);
            messages.addObject().put("role", "user").putArray("content").addObject().put("type", "tool_result")
                    .put("tool_use_id", "toolu_" + i).put("content", "public final class File {\n\treturn;\n}\n".repeat(70));
        }
        mark((ObjectNode) messages.get(messages.size() - 1).path("content").get(0));
        ArrayNode system = body.putArray("system");
        text(system, "x-anthropic-billing-header: cc_version=2.1.329; cc_entrypoint=cli;");
        mark(text(system, "You are an agent."));
        mark(text(system, PROSE.repeat(100)));
        for (int i = 0; i < 20; i++) {
            tool(body.withArray("tools"), "Tool" + i);
        }
        tool(body.withArray("tools"), "DeferredToolPlaceholder").put("defer_loading", true);
        body.putObject("metadata").put("user_id", "{\"device_id\":\"d\",\"session_id\":\"s\"}");
        body.put("max_tokens", 128000);
        body.putObject("thinking").put("type", "adaptive").put("display", "omitted");
        body.putObject("context_management").putArray("edits").addObject().put("type", "clear_thinking_20251015")
                .put("keep", "all");
        body.putArray("safeguards").addObject().put("type", "dangerous_tool_use").putObject("classifier_context")
                .put("home", "/home/private-path");
        body.putObject("output_config").put("effort", "high");
        body.put("stream", true);
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode text(ArrayNode content, String text) {
        return content.addObject().put("type", "text").put("text", text);
    }

    private static void mark(ObjectNode block) {
        block.putObject("cache_control").put("type", "ephemeral");
    }

    private static ObjectNode tool(ArrayNode tools, String name) {
        ObjectNode tool = tools.addObject().put("name", name).put("description", PROSE.repeat(18));
        ObjectNode schema = tool.putObject("input_schema").put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("type", "object").put("additionalProperties", false);
        for (int i = 0; i < 6; i++) {
            schema.withObject("/properties").putObject("argument" + i).put("type", "integer")
                    .put("description", PROSE).put("exclusiveMinimum", 0).put("maximum", 9007199254740991L);
        }
        return tool.put("eager_input_streaming", true);
    }
}
