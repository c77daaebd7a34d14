/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/** What servers of OpenAI's format refuse, as far as each is documented, beside what {@link ChatRules} refuses. */
final class OpenAiServerRules {

    private static final String CALL_ID = "[a-zA-Z0-9]{9}";
    private static final Set<String> MISTRALS = Set.of("model", "messages", "max_tokens", "stream", "temperature", "top_p", "stop",
            "random_seed", "response_format", "tools", "tool_choice", "parallel_tool_calls", "presence_penalty",
            "frequency_penalty", "n", "prediction", "prompt_mode", "safe_prompt", "metadata");

    private OpenAiServerRules() {}

    static void check(Dialect dialect, RecordedRequest request, JsonNode body, String model) throws Refusal {
        for (String field : new String[] {"thinking", "system", "output_config", "cache_control", "safeguards"}) {
            if (body.has(field)) {
                throw Refusal.badRequest("Unrecognized request argument supplied: " + field);
            }
        }
        switch (dialect) {
            case AZURE_CHAT -> checkAzure(request, body, model);
            case MISTRAL_CHAT -> checkMistral(body);
            case DEEPSEEK_CHAT -> checkDeepSeek(body);
            default -> { }
        }
    }

    private static void checkAzure(RecordedRequest request, JsonNode body, String model) throws Refusal {
        if (!request.target().contains("api-version=")) {
            throw new Refusal(404, "404", "Resource not found");
        }
        if (model.startsWith("o") && body.has("max_tokens")) {
            throw new Refusal(400, "invalid_request_error", "Unsupported parameter: 'max_tokens' is not supported with this"
                    + " model. Use 'max_completion_tokens' instead.");
        }
    }

    private static void checkMistral(JsonNode body) throws Refusal {
        for (Iterator<String> names = body.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!MISTRALS.contains(name)) {
                throw new Refusal(422, "invalid_request_error", name + ": Extra inputs are not permitted");
            }
        }
        for (JsonNode message : body.path("messages")) {
            checkId(message.path("tool_call_id"));
            for (JsonNode call : message.path("tool_calls")) {
                checkId(call.path("id"));
            }
        }
    }

    private static void checkId(JsonNode id) throws Refusal {
        if (id.isTextual() && !id.asText().matches(CALL_ID)) {
            throw new Refusal(400, "invalid_function_call", "Tool call id was " + id.asText()
                    + " but must be a-z, A-Z, 0-9, with a length of 9.");
        }
    }

    private static void checkDeepSeek(JsonNode body) throws Refusal {
        for (JsonNode message : body.path("messages")) {
            if (message.has("reasoning_content")) {
                throw new Refusal(400, "invalid_request_error", "The reasoning_content is not to be passed back.");
            }
        }
    }
}
