package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** The faults that are a 400 as long as the request has what is refused, in the words that clients match. */
final class HealableFaults {

    private static final Set<String> VARIANT_TAGS = Set.of("custom", "enabled", "adaptive", "text", "thinking");
    private static final Set<String> HARD_KEYWORDS = Set.of(
            "pattern", "anyOf", "oneOf", "allOf", "$ref", "const", "format", "propertyNames", "patternProperties");

    private final Faults faults;
    private final RecordedRequest request;
    private final JsonNode body;
    private final String model;

    HealableFaults(Faults faults, RecordedRequest request, JsonNode body, String model) {
        this.faults = faults;
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
            checkSchemas();
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
        long maxTokens = body.path("max_tokens").asLong();
        long most = faults.number("max-tokens", Long.MAX_VALUE);
        if (maxTokens > most) {
            throw MessagesRules.tooManyTokens(maxTokens, most, model);
        }
        if (faults.has("prompt-too-long")) {
            throw Refusal.badRequest("prompt is too long: 210000 tokens > 200000 maximum");
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
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            if (faults.has("no-system-role") && message.path("role").asText().equals("system")) {
                throw Refusal.badRequest("messages." + i + ".role: Input should be 'user' or 'assistant'");
            }
            JsonNode content = message.path("content");
            for (int j = 0; faults.has("bad-signature") && j < content.size(); j++) {
                String type = content.path(j).path("type").asText();
                if (type.equals("thinking") || type.equals("reasoning")) {
                    throw Refusal.badRequest(
                            "messages." + i + ".content." + j + ": Invalid `signature` in `thinking` block");
                }
            }
        }
    }

    private void checkSchemas() throws Refusal {
        JsonNode tools = body.path("tools");
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            JsonNode schema = tool.has("function") ? tool.path("function").path("parameters") : tool.path("input_schema");
            for (String keyword : HARD_KEYWORDS) {
                if (schema.findValue(keyword) != null) {
                    throw Refusal.badRequest("tools." + i + ".custom.input_schema: JSON schema is invalid. "
                            + "It must match JSON Schema draft 2020-12");
                }
            }
        }
    }
}
