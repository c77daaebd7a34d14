/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.ThinkingRequest;
import io.caravan.format.chat.ThinkingRequest.Ask;
import io.caravan.provider.ChatDialect.Rule;
import java.util.Optional;
import java.util.Set;

/** An OpenAI client's request for an upstream that refuses fields it does not know: only known ones go. */
final class StrictChat {

    private static final String[] AS_THEY_ARE = {"n", "stream", "logprobs", "top_logprobs"};
    private static final String[] SAMPLING = {"temperature", "top_p", "top_k"};
    private static final Set<String> READ = Set.of("model", "messages", "max_tokens", "max_completion_tokens", "n",
            "stream", "logprobs", "top_logprobs", "temperature", "top_p", "top_k", "stop", "tools", "tool_choice",
            "thinking", "reasoning", "reasoning_effort", "response_format", "stream_options");
    private static final Set<String> KNOWN = Set.of("parallel_tool_calls", "user", "seed", "metadata", "store",
            "service_tier", "logit_bias", "presence_penalty", "frequency_penalty", "safety_identifier", "functions",
            "function_call", "prompt_cache_key", "verbosity", "web_search_options", "modalities", "audio", "prediction",
            "cache_control");

    private final ObjectNode request;
    private final Conversion conversion;
    private final ObjectNode sent = Nodes.object();

    private StrictChat(ObjectNode request, Conversion conversion) {
        this.request = request;
        this.conversion = conversion;
    }

    static ObjectNode of(ObjectNode request, Conversion conversion) {
        StrictChat chat = new StrictChat(request, conversion);
        conversion.nameModel(chat.sent);
        StrictMessages messages = StrictMessages.read(request.get("messages"), conversion);
        chat.sent.set("messages", messages.json());
        chat.maxTokens();
        chat.plainFields();
        chat.streamOptions();
        chat.tools();
        chat.responseFormat(messages);
        chat.thinking(messages.lacksThinking());
        request.properties().forEach(member -> chat.others(member.getKey(), member.getValue()));
        return chat.sent;
    }

    private void others(String name, JsonNode value) {
        if (!READ.contains(name) && Nodes.isGiven(value)) {
            conversion.drop(name, KNOWN);
        }
    }

    private void maxTokens() {
        JsonNode tokens = request.path("max_tokens");
        if (request.has("max_completion_tokens")) {
            tokens = request.get("max_completion_tokens");
        }
        if (tokens.isIntegralNumber() && tokens.canConvertToLong()) {
            sent.put("max_tokens", conversion.traits().clamped(tokens.longValue()));
        }
    }

    private void plainFields() {
        for (String name : AS_THEY_ARE) {
            copy(name);
        }
        for (String name : SAMPLING) {
            if (conversion.traits().sampling()) {
                copy(name);
            } else if (Nodes.isGiven(request.path(name))) {
                conversion.drop(name);
            }
        }
        copy("stop");
    }

    private void copy(String name) {
        if (Nodes.isGiven(request.path(name))) {
            sent.set(name, request.get(name));
        }
    }

    private void streamOptions() {
        JsonNode options = request.path("stream_options");
        if (!Nodes.isGiven(options)) {
            return;
        }
        if (conversion.has(Rule.STREAM_USAGE)) {
            sent.putObject("stream_options").put("include_usage", options.path("include_usage").asBoolean());
        } else {
            conversion.drop("stream_options");
        }
    }

    private void tools() {
        ArrayNode tools = Nodes.array();
        JsonNode given = Nodes.list(request.path("tools"), "tools");
        for (int i = 0; i < given.size(); i++) {
            tool(given.get(i), "tools." + i, tools);
        }
        if (!tools.isEmpty()) {
            sent.set("tools", tools);
            toolChoice();
        }
    }

    private void tool(JsonNode given, String path, ArrayNode tools) {
        JsonNode function = given.path("function");
        if (!function.path("name").isTextual()) {
            if (given.path("type").asText("function").equals("function")) {
                throw Nodes.missing(path + ".function.name");
            }
            conversion.drop("tools");
            return;
        }
        ObjectNode tool = tools.addObject().put("type", "function");
        ObjectNode kept = tool.putObject("function");
        kept.set("name", function.get("name"));
        if (!function.path("description").asText("").isBlank()) {
            kept.set("description", function.get("description"));
        }
        kept.set("parameters", ToolSchema.of(function.get("parameters"), conversion.strictSchema()));
        if (function.path("strict").asBoolean()) {
            conversion.drop("tools.strict");
        }
        JsonNode mark = conversion.mark(given);
        if (mark != null) {
            tool.set("cache_control", mark);
        }
    }

    private void toolChoice() {
        JsonNode choice = request.path("tool_choice");
        if (choice.isTextual() || Nodes.isOfType(choice, "function")) {
            sent.set("tool_choice", choice);
        } else if (Nodes.isGiven(choice)) {
            conversion.drop("tool_choice");
        }
    }

    /** A schema the model takes no {@code response_format} for is asked for in words. */
    private void responseFormat(StrictMessages messages) {
        JsonNode format = request.path("response_format");
        if (!format.isObject() || Nodes.isOfType(format, "text")) {
            return;
        }
        boolean schema = Nodes.isOfType(format, "json_schema");
        boolean stream = schema && request.path("stream").asBoolean();
        if (conversion.dialect().takesSchema(conversion.traits(), stream)) {
            sent.set("response_format", format);
            return;
        }
        conversion.drop("response_format");
        String words = "Answer with nothing but one JSON object.";
        if (schema) {
            words = "Answer with nothing but one JSON value that is valid against this JSON schema: "
                    + format.path("json_schema").path("schema");
        }
        messages.instruct(words);
    }

    private void thinking(boolean lacksThinking) {
        ThinkingOptions wish = ThinkingOptions.of(request);
        if (!wish.asked()) {
            return;
        }
        long most = sent.path("max_tokens").asLong(conversion.traits().maxOutput());
        Optional<Ask> ask = Optional.empty();
        if (!ChatTools.isForced(sent.path("tool_choice"))) {
            ask = Reasoning.ask(wish.budget(), wish.effort(), most, lacksThinking, conversion);
        }
        ask.ifPresentOrElse(possible -> ask(possible, most), () -> conversion.drop(wish.spelling()));
    }

    private void ask(Ask ask, long maxTokens) {
        ThinkingRequest asked = new ThinkingRequest(MissingNode.getInstance(), null, ask, conversion.traits().thinking(),
                false);
        conversion.dialect().askForThinking(asked, sent, conversion::drop);
        if (!ask.adaptive()) {
            sent.put("max_tokens", maxTokens);
        }
    }
}
