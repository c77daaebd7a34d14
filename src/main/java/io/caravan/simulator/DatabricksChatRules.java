/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/** What Databricks refuses on its chat endpoints for Claude beside what {@link ChatRules} refuses: any unknown field. */
final class DatabricksChatRules {

    private static final Set<String> TOP = Set.of(
            "model", "messages", "max_tokens", "temperature", "top_p", "top_k", "stop", "n", "stream",
            "stream_options", "tools", "tool_choice", "thinking", "response_format", "logprobs", "top_logprobs");
    private static final Set<String> TOOL = Set.of("type", "function", "cache_control");
    private static final Set<String> FUNCTION = Set.of("name", "description", "parameters");

    private final JsonNode body;
    private final String model;
    private final boolean namedByPath;

    DatabricksChatRules(JsonNode body, String model, boolean namedByPath) {
        this.body = body;
        this.model = model;
        this.namedByPath = namedByPath;
    }

    void check() throws Refusal {
        only(TOP, "", body);
        if (namedByPath && body.has("model")) {
            throw Refusal.extraInput("model");
        }
        for (String field : new String[] {"temperature", "top_p", "top_k"}) {
            if (body.has(field) && !ModelNames.takesSampling(model)) {
                throw Refusal.badRequest("`" + field + "` is not supported for this model");
            }
        }
        long maxTokens = body.path("max_tokens").asLong(0);
        if (maxTokens > MessagesRules.outputCap(model)) {
            throw MessagesRules.tooManyTokens(maxTokens, MessagesRules.outputCap(model), model);
        }
        checkThinking(maxTokens);
        if (body.path("response_format").path("type").asText().equals("json_schema")
                && (!ModelNames.takesSchemaOutput(model) || body.path("stream").asBoolean())) {
            throw Refusal.badRequest("response_format: json_schema is not supported for this model");
        }
        JsonNode messages = body.get("messages");
        for (int i = 0; i < messages.size(); i++) {
            DatabricksChatMessage.check("messages." + i, messages.get(i));
        }
        JsonNode tools = body.path("tools");
        for (int i = 0; i < tools.size(); i++) {
            only(TOOL, "tools." + i + ".", tools.get(i));
            JsonNode function = tools.get(i).path("function");
            only(FUNCTION, "tools." + i + ".function.", function);
            if (!function.path("parameters").path("type").asText().equals("object")) {
                throw Refusal.badRequest("tools." + i + ".custom.input_schema.type: Input should be 'object'");
            }
        }
    }

    private void checkThinking(long maxTokens) throws Refusal {
        JsonNode thinking = body.path("thinking");
        if (thinking.isMissingNode()) {
            return;
        }
        String type = thinking.path("type").asText();
        switch (type) {
            case "enabled" -> {
                only(Set.of("type", "budget_tokens"), "thinking.enabled.", thinking);
                checkBudget(thinking.path("budget_tokens").asLong(), maxTokens);
            }
            case "adaptive" -> {
                only(Set.of("type"), "thinking.adaptive.", thinking);
                if (!ModelNames.takesAdaptive(model)) {
                    throw Refusal.badRequest("adaptive thinking is not supported on this model");
                }
            }
            case "disabled" -> only(Set.of("type"), "thinking.disabled.", thinking);
            default -> throw Refusal.badRequest(
                    "thinking.type: Input should be 'enabled', 'disabled' or 'adaptive'");
        }
        JsonNode choice = body.path("tool_choice");
        if (!type.equals("disabled") && (choice.isObject() || choice.asText().equals("required"))) {
            throw Refusal.badRequest("Thinking may not be enabled when tool_choice forces tool use.");
        }
    }

    private void checkBudget(long budget, long maxTokens) throws Refusal {
        if (!ModelNames.takesBudget(model)) {
            throw Refusal.badRequest("\"thinking.type.enabled\" is not supported for this model. Use"
                    + " \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior.");
        }
        ThinkingBudget.check(budget, maxTokens);
    }

    /** Refuses the members of an object that are not known. */
    static void only(Set<String> known, String prefix, JsonNode node) throws Refusal {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw Refusal.extraInput(prefix + name);
            }
        }
    }
}
