/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The lists of models that upstreams serve. */
final class Catalog {

    private static final List<String> MODELS = List.of(
            "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-4-6", "claude-sonnet-4-5");
    private static final String DATABRICKS = list("{\"endpoints\":[", "]}", model -> "{\"name\":\"databricks-" + model
            + "\",\"state\":{\"ready\":\"READY\",\"config_update\":\"NOT_UPDATING\"},\"task\":\"llm/v1/chat\"}");
    private static final String OPENROUTER = list("{\"data\":[", "]}", model -> "{\"id\":\"anthropic/" + model
            + "\",\"name\":\"Anthropic: " + model + "\",\"created\":1790000000,\"context_length\":200000}");
    private static final String ANTHROPIC = list(
            "{\"object\":\"list\",\"data\":[",
            "],\"has_more\":false,\"first_id\":\"" + MODELS.get(0) + "\",\"last_id\":\"" + MODELS.get(MODELS.size() - 1)
                    + "\"}",
            model -> "{\"type\":\"model\",\"object\":\"model\",\"id\":\"" + model + "\",\"display_name\":\"" + model
                    + "\",\"created_at\":\"2026-09-01T00:00:00Z\",\"created\":1790000000,\"owned_by\":\"anthropic\"}");

    private static final String OPENAI = list("{\"object\":\"list\",\"data\":[", "]}", model -> "{\"id\":\"" + model
            + "\",\"object\":\"model\",\"created\":1790000000,\"owned_by\":\"somebody\"}");

    private Catalog() {}

    /** The list served at a path, or null. */
    static String at(String path) {
        return switch (path) {
            case "/api/2.0/serving-endpoints" -> DATABRICKS;
            case "/api/v1/models" -> OPENROUTER;
            case "/v1/models" -> ANTHROPIC;
            case "/vllm/v1/models", "/ollama/v1/models", "/mistral/v1/models", "/deepseek/models", "/openai/models" -> OPENAI;
            default -> null;
        };
    }

    private static String list(String start, String end, UnaryOperator<String> item) {
        return MODELS.stream().map(item).collect(Collectors.joining(",", start, end));
    }
}
