/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingRequest;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * OpenAI's own chat format and no word beside it, as vLLM, Ollama, Azure OpenAI, Mistral, DeepSeek and many others take it.
 *
 * @param modelPath what follows the URL where that names the model, which stands there as {@code {model}}; else empty
 * @param reasons   whether its models are those of OpenAI that think: they have another word for the limit of tokens, and
 *                  take an effort
 */
record OpenAiChat(String modelPath, boolean reasons) implements ChatDialect {

    /** What stands in a URL for the model's name. */
    static final String MODEL = "{model}";

    /** How much thinking can be asked for by a word; more is the most of them. */
    private static final Set<String> EFFORTS = Set.of("minimal", "low", "medium", "high");
    /** The one form of a call's id that all take; Mistral takes no other. */
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9]{9}");
    private static final int ID_LENGTH = 9;
    private static final String LIMIT = "max_tokens";

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
    public void spell(ObjectNode request) {
        if (reasons && request.has(LIMIT)) {
            request.set("max_completion_tokens", request.remove(LIMIT));
        }
        for (JsonNode message : request.path("messages")) {
            name(message, "tool_call_id");
            message.path("tool_calls").forEach(call -> name(call, "id"));
        }
    }

    private static void name(JsonNode holder, String member) {
        String id = holder.path(member).asText("");
        if (holder instanceof ObjectNode named && !id.isEmpty() && !CALL_ID.matcher(id).matches()) {
            named.put(member, callId(id));
        }
    }

    /** The same for the same id, in every turn. */
    private static String callId(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
            return digits.substring(digits.length() - ID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped) {
        boolean said = wish.effort() != null && !wish.effortIsBudget();
        if (said && reasons) {
            body.put("reasoning_effort", EFFORTS.contains(wish.effort()) ? wish.effort() : "high");
            return;
        }
        if (said) {
            dropped.accept("output_config.effort");
        }
        if (wish.ask() != null) {
            dropped.accept("thinking");
        }
    }
}
