/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.json.MalformedBody;
import java.util.Set;

/** Writes a Messages request's plain top-level fields and notes those that are left out (M36, M50-M55). */
final class ChatFields {

    private static final int MOST_STOPS = 4;
    private static final Set<String> CONVERTED = Set.of("model", "messages", "system", "max_tokens", "stream", "tools",
            "tool_choice", "thinking", "output_config", "output_format", "stop_sequences", "temperature", "top_p", "top_k",
            "mcp_servers", "container");
    private static final Set<String> LEFT_OUT = Set.of("context_management", "safeguards", "diagnostics", "speed",
            "fallbacks", "fallback_credit_token", "billing_policy", "thread", "compaction", "tags", "service_tier",
            "inference_geo", "metadata", "cache_control");

    private ChatFields() {
    }

    static void write(JsonNode request, ObjectNode sent, Conversion conversion) {
        sent.put("max_tokens", maxTokens(request.get("max_tokens"), conversion));
        if (request.path("stream").asBoolean()) {
            sent.put("stream", true);
            if (conversion.has(ChatRule.STREAM_USAGE)) {
                sent.putObject("stream_options").put("include_usage", true);
            }
        }
        for (String name : new String[] {"temperature", "top_p", "top_k"}) {
            JsonNode value = request.path(name);
            if (value.isNumber() && conversion.options().traits().sampling()) {
                sent.set(name, value);
            } else if (Conversion.given(value)) {
                conversion.drop(name);
            }
        }
        stops(request.path("stop_sequences"), sent, conversion);
        for (var member : request.properties()) {
            leaveOut(member.getKey(), member.getValue(), request, sent, conversion);
        }
        if (Conversion.given(request.path("output_config").path("task_budget"))) {
            conversion.drop("output_config.task_budget");
        }
    }

    private static void leaveOut(String name, JsonNode value, JsonNode request, ObjectNode sent, Conversion conversion) {
        if (CONVERTED.contains(name) || !Conversion.given(value)) {
            return;
        }
        if (name.equals("cache_control")) {
            JsonNode mark = conversion.mark(request);
            if (mark != null && conversion.dialect().takesRequestMark()) {
                sent.set(name, mark);
            } else if (mark == null) {
                conversion.drop(name);
            }
        } else if (!name.equals("metadata") || !conversion.dialect().takesUser()) {
            conversion.drop(LEFT_OUT.contains(name) ? name : "other");
        }
    }

    private static long maxTokens(JsonNode given, Conversion conversion) {
        if (!given.isIntegralNumber()) {
            throw new MalformedBody("max_tokens: Input should be a valid integer");
        }
        long tokens = given.canConvertToLong() ? given.longValue() : Long.MAX_VALUE;
        if (tokens < 0) {
            throw new MalformedBody("max_tokens: Input should be greater than or equal to 0");
        }
        return conversion.options().traits().clamped(Math.max(1, tokens));
    }

    private static void stops(JsonNode given, ObjectNode sent, Conversion conversion) {
        ArrayNode stops = Conversion.array();
        for (JsonNode stop : given) {
            if (stop.isTextual() && !stop.textValue().isEmpty() && stops.size() < MOST_STOPS) {
                stops.add(stop);
            } else {
                conversion.drop("stop_sequences");
            }
        }
        if (!stops.isEmpty()) {
            sent.set("stop", stops);
        }
    }
}
