/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.ModelTraits;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.chat.ThinkingAsk;
import io.caravan.format.chat.ThinkingRequest;
import io.caravan.format.chat.ToolSchema;
import io.caravan.format.json.MalformedBody;
import java.util.Set;

/** An OpenAI client's request for an upstream that refuses fields it does not know: only known ones go (protocol 3.3). */
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
    private final ObjectNode sent = Conversion.object();

    private StrictChat(ObjectNode request, Conversion conversion) {
        this.request = request;
        this.conversion = conversion;
    }

    static ObjectNode of(ObjectNode request, Conversion conversion) {
        StrictChat chat = new StrictChat(request, conversion);
        if (conversion.options().model() != null) {
            chat.sent.put("model", conversion.options().model());
        }
        StrictMessages messages = StrictMessages.read(request.get("messages"), conversion);
        chat.sent.set("messages", messages.json());
        chat.plainFields();
        chat.tools();
        chat.responseFormat(messages);
        chat.thinking(messages.lacksThinking());
        for (var member : request.properties()) {
            if (!READ.contains(member.getKey()) && Conversion.given(member.getValue())) {
                conversion.drop(KNOWN.contains(member.getKey()) ? member.getKey() : "other");
            }
        }
        return chat.sent;
    }

    private void plainFields() {
        JsonNode tokens = request.has("max_completion_tokens") ? request.get("max_completion_tokens")
                : request.path("max_tokens");
        if (tokens.isIntegralNumber() && tokens.canConvertToLong()) {
            sent.put("max_tokens", conversion.options().traits().clamped(tokens.longValue()));
        }
        for (String field : AS_THEY_ARE) {
            if (Conversion.given(request.get(field))) {
                sent.set(field, request.get(field));
            }
        }
        for (String field : SAMPLING) {
            if (Conversion.given(request.get(field))) {
                if (conversion.options().traits().sampling()) {
                    sent.set(field, request.get(field));
                } else {
                    conversion.drop(field);
                }
            }
        }
        if (Conversion.given(request.get("stop"))) {
            sent.set("stop", request.get("stop"));
        }
        if (Conversion.given(request.get("stream_options"))) {
            if (conversion.has(ChatRule.STREAM_USAGE)) {
                sent.putObject("stream_options").put("include_usage",
                        request.path("stream_options").path("include_usage").asBoolean());
            } else {
                conversion.drop("stream_options");
            }
        }
    }

    private void tools() {
        ArrayNode tools = Conversion.array();
        JsonNode given = request.path("tools");
        for (int i = 0; i < given.size(); i++) {
            JsonNode function = given.get(i).path("function");
            if (!function.path("name").isTextual()) {
                if (!Conversion.given(given.get(i).get("type")) || given.get(i).path("type").asText().equals("function")) {
                    throw new MalformedBody("tools." + i + ".function.name: Field required");
                }
                conversion.drop("tools");
                continue;
            }
            ObjectNode tool = tools.addObject().put("type", "function");
            ObjectNode kept = tool.putObject("function");
            kept.set("name", function.get("name"));
            if (!function.path("description").asText("").isBlank()) {
                kept.set("description", function.get("description"));
            }
            kept.set("parameters", ToolSchema.of(function.get("parameters"), conversion.options().strictSchema()));
            if (function.path("strict").asBoolean()) {
                conversion.drop("tools.strict");
            }
            JsonNode mark = conversion.mark(given.get(i));
            if (mark != null) {
                tool.set("cache_control", mark);
            }
        }
        JsonNode choice = request.path("tool_choice");
        if (tools.isEmpty()) {
            return;
        }
        sent.set("tools", tools);
        if (choice.isTextual() || choice.path("type").asText().equals("function")) {
            sent.set("tool_choice", choice);
        } else if (Conversion.given(choice)) {
            conversion.drop("tool_choice");
        }
    }

    /** A schema the model takes no {@code response_format} for is asked for in words. */
    private void responseFormat(StrictMessages messages) {
        JsonNode format = request.path("response_format");
        if (!format.isObject() || format.path("type").asText().equals("text")) {
            return;
        }
        boolean schema = format.path("type").asText().equals("json_schema");
        boolean stream = schema && request.path("stream").asBoolean();
        if (conversion.dialect().takesSchema(conversion.options().traits(), stream)) {
            sent.set("response_format", format);
            return;
        }
        conversion.drop("response_format");
        messages.instruct(schema
                ? "Answer with nothing but one JSON value that is valid against this JSON schema: "
                        + format.path("json_schema").path("schema")
                : "Answer with nothing but one JSON object.");
    }

    private void thinking(boolean lacksThinking) {
        JsonNode wish = request.path("thinking");
        String effort = request.path("reasoning_effort").asText(request.path("reasoning").path("effort").asText(""));
        JsonNode budget = request.path("reasoning").path("max_tokens");
        boolean asked = wish.path("type").asText().matches("enabled|adaptive|between_tools") || budget.isIntegralNumber()
                || request.path("reasoning").path("enabled").asBoolean() || !effort.isEmpty() && !effort.equals("none");
        if (!asked) {
            return;
        }
        JsonNode choice = sent.path("tool_choice");
        boolean forced = choice.isObject() || choice.asText().equals("required");
        ModelTraits traits = conversion.options().traits();
        long most = sent.has("max_tokens") ? sent.get("max_tokens").longValue() : traits.maxOutput();
        ThinkingAsk ask = forced ? null : ThinkingAsk.of(budget.isIntegralNumber() && budget.canConvertToLong()
                ? Math.max(0, budget.longValue()) : ThinkingAsk.budgetIn(wish), effort, traits.thinking(), most);
        if (ask == null || lacksThinking && !ask.adaptive()) {
            conversion.drop(wish.isObject() ? "thinking" : request.has("reasoning") ? "reasoning" : "reasoning_effort");
            return;
        }
        ThinkingRequest wished = new ThinkingRequest(MissingNode.getInstance(), null, ask, traits.thinking(), false);
        conversion.dialect().askForThinking(wished, sent, conversion::drop);
        if (!ask.adaptive()) {
            sent.put("max_tokens", most);
        }
    }
}
