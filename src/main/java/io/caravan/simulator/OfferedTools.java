/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tools of a request, Messages or chat, and which of them it wants called. */
final class OfferedTools {

    private static final int LONGEST_CHAT_NAME = 64;
    private static final int KEPT_OF_A_LONG_NAME = 55;

    private final JsonNode choice;
    private final Map<String, JsonNode> schemas = new LinkedHashMap<>();

    OfferedTools(JsonNode body) {
        choice = body.path("tool_choice");
        for (JsonNode tool : body.path("tools")) {
            JsonNode named = tool.has("function") ? tool.get("function") : tool;
            JsonNode schema = named.has("parameters") ? named.get("parameters") : named.path("input_schema");
            schemas.put(named.path("name").asText(), schema);
        }
    }

    /** The name under which a tool is offered: its own, or the one that chat's limits made of it; null if it is not. */
    String named(String name) {
        if (schemas.containsKey(name)) {
            return name;
        }
        String safe = name.replaceAll("[^a-zA-Z0-9_-]", "_");
        String kept = safe.substring(0, Math.min(safe.length(), KEPT_OF_A_LONG_NAME));
        for (String offered : schemas.keySet()) {
            boolean shortened = offered.startsWith(kept + "_") && offered.length() <= LONGEST_CHAT_NAME
                    && offered.substring(kept.length()).matches("_[0-9a-f]{8}");
            if (shortened || offered.equals(safe)) {
                return offered;
            }
        }
        return null;
    }

    JsonNode schema(String name) {
        return schemas.get(name);
    }

    String first() {
        return schemas.keySet().iterator().next();
    }

    /** The one tool that must be called, or null. */
    String forced() {
        String name = choice.has("function") ? choice.path("function").path("name").asText() : choice.path("name").asText();
        return schemas.containsKey(name) ? name : null;
    }

    /** Whether some tool must be called. */
    boolean mustCall() {
        boolean any = choice.asText().equals("required") || choice.path("type").asText().equals("any");
        return any && !schemas.isEmpty();
    }
}
