/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.MalformedBody;
import io.caravan.provider.ChatDialect.Rule;
import java.util.Set;

/** Writes a Messages request's plain top-level fields and notes those that are left out (M36, M50-M55). */
final class ChatFields {

    private static final int MOST_STOPS = 4;
    private static final Set<String> CONVERTED = Set.of("model", "messages", "system", "max_tokens", "stream", "tools",
            "tool_choice", "thinking", "output_config", "output_format", "stop_sequences", "temperature", "top_p", "top_k",
            "mcp_servers", "container");
    private static final Set<String> LEFT_OUT = Set.of("context_management", "safeguards", "diagnostics", "speed",
            "fallbacks", "fallback_credit_token", "billing_policy", "thread", "compaction", "tags", "service_tier",
            "inference_geo");

    private final JsonNode request;
    private final ObjectNode sent;
    private final Conversion conversion;

    private ChatFields(JsonNode request, ObjectNode sent, Conversion conversion) {
        this.request = request;
        this.sent = sent;
        this.conversion = conversion;
    }

    static void write(JsonNode request, ObjectNode sent, Conversion conversion) {
        ChatFields fields = new ChatFields(request, sent, conversion);
        fields.maxTokens();
        fields.stream();
        fields.sampling();
        fields.stops();
        request.properties().forEach(member -> fields.others(member.getKey(), member.getValue()));
        if (Nodes.isGiven(request.path("output_config").path("task_budget"))) {
            conversion.drop("output_config.task_budget");
        }
    }

    private void maxTokens() {
        JsonNode given = request.path("max_tokens");
        if (!given.isIntegralNumber()) {
            throw new MalformedBody("max_tokens: Input should be a valid integer");
        }
        long tokens = given.canConvertToLong() ? given.longValue() : Long.MAX_VALUE;
        if (tokens < 0) {
            throw new MalformedBody("max_tokens: Input should be greater than or equal to 0");
        }
        sent.put("max_tokens", conversion.traits().clamped(Math.max(1, tokens)));
    }

    private void stream() {
        if (!request.path("stream").asBoolean()) {
            return;
        }
        sent.put("stream", true);
        if (conversion.has(Rule.STREAM_USAGE)) {
            sent.putObject("stream_options").put("include_usage", true);
        }
    }

    private void sampling() {
        for (String name : new String[] {"temperature", "top_p", "top_k"}) {
            JsonNode value = request.path(name);
            if (value.isNumber() && conversion.traits().sampling()) {
                sent.set(name, value);
            } else if (Nodes.isGiven(value)) {
                conversion.drop(name);
            }
        }
    }

    private void stops() {
        ArrayNode stops = Nodes.array();
        for (JsonNode stop : request.path("stop_sequences")) {
            boolean usable = stop.isTextual() && !stop.textValue().isEmpty();
            if (usable && stops.size() < MOST_STOPS) {
                stops.add(stop);
            } else {
                conversion.drop("stop_sequences");
            }
        }
        if (!stops.isEmpty()) {
            sent.set("stop", stops);
        }
    }

    private void others(String name, JsonNode value) {
        if (CONVERTED.contains(name) || !Nodes.isGiven(value)) {
            return;
        }
        switch (name) {
            case "cache_control" -> mark(name);
            case "metadata" -> {
                if (!conversion.dialect().takesUser()) {
                    conversion.drop(name);
                }
            }
            default -> conversion.drop(name, LEFT_OUT);
        }
    }

    /** A marker of the whole request stays where the upstream takes it there; else it goes to a message. */
    private void mark(String name) {
        JsonNode mark = conversion.mark(request);
        if (mark == null) {
            conversion.drop(name);
        } else if (conversion.dialect().takesRequestMark()) {
            sent.set(name, mark);
        }
    }
}
