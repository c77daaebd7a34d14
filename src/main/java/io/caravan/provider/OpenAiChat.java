/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * OpenAI's own chat format and no word beside it, as vLLM, Ollama, Azure OpenAI, Mistral, DeepSeek and many others take it.
 *
 * @param modelPath what follows the URL where that names the model, which stands there as {@code {model}}; else empty
 */
record OpenAiChat(String modelPath) implements ChatDialect {

    /** What stands in a URL for the model's name. */
    static final String MODEL = "{model}";

    /** How much thinking can be asked for by a word; more is the most of them. */
    private static final Set<String> EFFORTS = Set.of("minimal", "low", "medium", "high");

    @Override
    public String word() {
        return "openai";
    }

    @Override
    public String modelPath(String model) {
        return modelPath.replace(MODEL, URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.IMAGE_URLS, Rule.PARALLEL_TOOL_CALLS, Rule.STREAM_USAGE);
    }

    @Override
    public boolean takesUser() {
        return false;
    }

    @Override
    public boolean takesDocuments() {
        return false;
    }

    @Override
    public Optional<ObjectNode> webSearch(JsonNode tool, Consumer<String> dropped) {
        return Optional.empty();
    }

    @Override
    public void giveBack(JsonNode block, Parts content, ObjectNode beside) {
        // Some refuse thinking of earlier turns, and none needs it.
    }

    @Override
    public void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped) {
        if (wish.effort() != null && !wish.effortIsBudget()) {
            body.put("reasoning_effort", EFFORTS.contains(wish.effort()) ? wish.effort() : "high");
        } else if (wish.ask() != null) {
            dropped.accept("thinking");
        }
    }
}
