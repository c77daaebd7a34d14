/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** The faults that are a 400 as long as the request has what is refused, in the words that clients match. */
final class HealableFaults {

    private static final Set<String> VARIANT_TAGS = Set.of("custom", "enabled", "adaptive", "text", "thinking");

    private final Faults faults;
    private final Dialect dialect;
    private final RecordedRequest request;
    private final JsonNode body;
    private final String model;

    HealableFaults(Faults faults, Dialect dialect, RecordedRequest request, JsonNode body, String model) {
        this.faults = faults;
        this.dialect = dialect;
        this.request = request;
        this.body = body;
        this.model = model;
    }

    void check() throws Refusal {
        if (faults.isEmpty()) {
            return;
        }
        checkBeta();
        checkExtraInput();
        checkSizes();
        checkHistory();
        if (faults.has("no-adaptive") && body.path("thinking").path("type").asText().equals("adaptive")) {
            throw Refusal.badRequest("adaptive thinking is not supported on this model");
        }
        if (faults.has("strict-schema")) {
            StrictSchema.check(body.path("tools"));
        }
    }

    private void checkBeta() throws Refusal {
        String beta = faults.argument("unexpected-beta");
        if (beta != null && Betas.of(request).contains(beta)) {
            throw Betas.unexpected(beta);
        }
    }

    private void checkExtraInput() throws Refusal {
        String path = faults.argument("extra-input");
        String found = path == null ? null : find(body, path.split("\\."), 0, "");
        if (found != null) {
            throw Refusal.extraInput(found);
        }
    }

    private static String find(JsonNode node, String[] steps, int index, String walked) {
        if (index == steps.length) {
            return walked;
        }
        String step = steps[index];
        String prefix = walked.isEmpty() ? "" : walked + ".";
        if (node.isArray() && step.equals("*")) {
            for (int i = 0; i < node.size(); i++) {
                String found = find(node.get(i), steps, index + 1, prefix + i);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        if (node.isArray()) {
            JsonNode child = step.matches("\\d{1,9}") ? node.get(Integer.parseInt(step)) : null;
            return child == null ? null : find(child, steps, index + 1, prefix + step);
        }
        if (node.has(step)) {
            return find(node.get(step), steps, index + 1, prefix + step);
        }
        boolean stepsOver = node.isObject() && VARIANT_TAGS.contains(step) && index < steps.length - 1;
        return stepsOver ? find(node, steps, index + 1, prefix + step) : null;
    }

    private void checkSizes() throws Refusal {
        long maxTokens = body.path("max_tokens").asLong(body.path("max_completion_tokens").asLong());
        long most = faults.number("max-tokens", Long.MAX_VALUE);
        if (maxTokens > most) {
            throw MessagesRules.tooManyTokens(maxTokens, most, model);
        }
        if (faults.has("prompt-too-long")) {
            throw Refusal.badRequest("prompt is too long: 210000 tokens > 200000 maximum");
        }
        if (faults.has("context-length-exceeded")) {
            throw new Refusal(400, "context_length_exceeded", "This endpoint's maximum context length is 200000 tokens."
                    + " However, you requested about 210000 tokens. Please reduce the length of either one.");
        }
        long input = Usage.inputTokens(request.body().length);
        long window = faults.number("context-limit", Long.MAX_VALUE);
        if (input + maxTokens > window) {
            throw Refusal.badRequest("input length and `max_tokens` exceed context limit: " + input + " + " + maxTokens
                    + " > " + window + ", decrease input length or `max_tokens` and try again");
        }
    }

    private void checkHistory() throws Refusal {
        JsonNode messages = body.path("messages");
        boolean chat = !dialect.speaksMessages();
        boolean opened = !chat;
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            boolean system = message.path("role").asText().equals("system");
            if (faults.has("no-system-role") && system && opened) {
                throw Refusal.badRequest("messages." + i + ".role: Input should be 'user' or 'assistant'");
            }
            opened |= !system;
            checkThinking("messages." + i, message);
        }
    }

    private void checkThinking(String path, JsonNode message) throws Refusal {
        for (String field : new String[] {"reasoning_details", "thinking_blocks"}) {
            if (faults.has("bad-signature") && !message.path(field).isEmpty()) {
                throw Refusal.badRequest(path + ".content.0: Invalid `signature` in `thinking` block");
            }
        }
        JsonNode content = message.path("content");
        for (int i = 0; i < content.size(); i++) {
            String type = content.path(i).path("type").asText();
            if (faults.has("bad-signature") && (type.equals("thinking") || type.equals("reasoning"))) {
                throw Refusal.badRequest(path + ".content." + i + ": Invalid `signature` in `thinking` block");
            }
            if (faults.has("no-reasoning-items") && type.equals("reasoning")) {
                throw Refusal.badRequest(path + ".content." + i + ".type: Input should be 'text' or 'image_url'");
            }
        }
    }
}
