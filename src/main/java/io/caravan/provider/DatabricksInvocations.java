/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.chat.ThinkingRequest;
import io.caravan.provider.ChatDialect.Rule;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Databricks' {@code /serving-endpoints/{endpoint}/invocations}: strict, the endpoint in the path, reasoning as parts of the
 * content's list.
 */
final class DatabricksInvocations implements ChatDialect {

    @Override
    public String word() {
        return "invocations";
    }

    @Override
    public String model(String name) {
        return DatabricksMessages.endpoint(name);
    }

    @Override
    public String modelPath(String model) {
        return "/" + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20") + "/invocations";
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.EMPTY_CONTENT_NULL, Rule.CACHE_CONTROL, Rule.THINKING_HISTORY,
                Rule.STREAM_USAGE);
    }

    @Override
    public boolean refusesUnknownMembers() {
        return true;
    }

    @Override
    public boolean takesUser() {
        return false;
    }

    @Override
    public boolean toolResultsAreText() {
        return true;
    }

    @Override
    public boolean answersInLists() {
        return true;
    }

    @Override
    public boolean takesSchema(ModelTraits traits, boolean stream) {
        return traits.jsonSchema() && !stream;
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
        content.addUnmarked(ThinkingHistory.reasoningPart(block));
    }

    @Override
    public void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped) {
        if (wish.ask() != null) {
            body.set("thinking", wish.ask().json());
            if (wish.display() != null) {
                dropped.accept("thinking.display");
            }
        }
        if (wish.effort() != null && !wish.effortIsBudget()) {
            dropped.accept("output_config.effort");
        }
    }
}
