package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Pattern;

/** What Databricks refuses on its chat endpoints for Claude beside what {@link ChatRules} refuses: any unknown field. */
final class DatabricksChatRules {

    private static final Set<String> TOP = Set.of(
            "model", "messages", "max_tokens", "temperature", "top_p", "top_k", "stop", "n", "stream",
            "stream_options", "tools", "tool_choice", "thinking", "response_format", "logprobs", "top_logprobs");
    private static final Set<String> MESSAGE = Set.of("role", "content", "tool_calls", "tool_call_id");
    private static final Set<String> TOOL = Set.of("type", "function", "cache_control");
    private static final Set<String> FUNCTION = Set.of("name", "description", "parameters");
    private static final Set<String> CALL = Set.of("id", "type", "function", "index");
    private static final Set<String> PART_TYPES = Set.of("text", "image_url", "image", "reasoning");
    private static final Pattern NO_SAMPLING =
            Pattern.compile("opus-4-[7-9]|(opus|sonnet|haiku|fable|mythos)-[5-9]");
    private static final Pattern NO_SCHEMA_OUTPUT = Pattern.compile("(opus|sonnet|haiku)-5-5|fable-5-1");

    private final JsonNode body;
    private final String model;

    DatabricksChatRules(JsonNode body, String model) {
        this.body = body;
        this.model = model;
    }

    void check() throws Refusal {
        only(TOP, "", body);
        for (String field : new String[] {"temperature", "top_p", "top_k"}) {
            if (body.has(field) && NO_SAMPLING.matcher(model).find()) {
                throw Refusal.badRequest("`" + field + "` is not supported for this model");
            }
        }
        long maxTokens = body.path("max_tokens").asLong(0);
        if (maxTokens > MessagesRules.outputCap(model)) {
            throw MessagesRules.tooManyTokens(maxTokens, MessagesRules.outputCap(model), model);
        }
        checkThinking(maxTokens);
        if (body.path("response_format").path("type").asText().equals("json_schema")
                && (NO_SCHEMA_OUTPUT.matcher(model).find() || body.path("stream").asBoolean())) {
            throw Refusal.badRequest("response_format: json_schema is not supported for this model");
        }
        JsonNode messages = body.get("messages");
        for (int i = 0; i < messages.size(); i++) {
            checkMessage("messages." + i, messages.get(i));
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
        String type = thinking.path("type").asText();
        if (type.equals("enabled")) {
            only(Set.of("type", "budget_tokens"), "thinking.enabled.", thinking);
            long budget = thinking.path("budget_tokens").asLong();
            if (budget < 1024) {
                throw Refusal.badRequest(
                        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
            }
            if (budget >= maxTokens) {
                throw Refusal.badRequest("`max_tokens` must be greater than `thinking.budget_tokens`");
            }
        } else {
            only(Set.of("type"), "thinking." + type + ".", thinking);
        }
    }

    private static void checkMessage(String path, JsonNode message) throws Refusal {
        only(MESSAGE, path + ".", message);
        String role = message.path("role").asText();
        if (role.equals("developer")) {
            throw Refusal.badRequest(path + ".role: Input should be 'system', 'user', 'assistant' or 'tool'");
        }
        JsonNode content = message.path("content");
        if (role.equals("tool") && !content.isTextual()) {
            throw Refusal.badRequest(path + ".content: Input should be a valid string");
        }
        if (content.isTextual() && content.asText().isEmpty()) {
            throw Refusal.badRequest(path + ": text content blocks must be non-empty");
        }
        for (int i = 0; i < content.size(); i++) {
            checkPart(path + ".content." + i, content.get(i));
        }
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            only(CALL, path + ".tool_calls." + i + ".", calls.get(i));
            only(Set.of("name", "arguments"), path + ".tool_calls." + i + ".function.", calls.get(i).path("function"));
        }
    }

    private static void checkPart(String path, JsonNode part) throws Refusal {
        String type = part.path("type").asText();
        if (!PART_TYPES.contains(type)) {
            throw Refusal.badRequest(path + ".type: Input should be 'text' or 'image_url'");
        }
        if (type.equals("text")) {
            only(Set.of("type", "text", "cache_control", "citation"), path + ".", part);
            if (part.path("text").asText().isEmpty()) {
                throw Refusal.badRequest(path + ".text: text content blocks must be non-empty");
            }
        }
        if (type.startsWith("image")) {
            JsonNode image = part.path("image_url");
            String url = image.isTextual() ? image.asText() : image.path("url").asText();
            if (!url.startsWith("data:")) {
                throw Refusal.badRequest(path + ".image.source: remote image URLs are not supported");
            }
        }
    }

    private static void only(Set<String> known, String prefix, JsonNode node) throws Refusal {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw Refusal.extraInput(prefix + name);
            }
        }
    }
}
