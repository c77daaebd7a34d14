/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.Json;
import io.caravan.learning.Refusals;
import io.caravan.provider.ChatDialect.Rule;
import io.caravan.provider.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A golden request pair under {@code wire/<dialect>-chat}, with the terms it is converted by. */
record ChatCase(Dialects dialect, Path input, Path output, ObjectNode settings) {

    static final String FETCHED = "data:image/png;base64,RkVUQ0hFRA==";

    static List<ChatCase> all() throws IOException {
        List<ChatCase> cases = new ArrayList<>();
        for (Dialects dialect : Dialects.values()) {
            Path folder = Path.of("src/test/resources/wire", dialect.name().toLowerCase(Locale.ROOT) + "-chat");
            try (Stream<Path> files = Files.list(folder)) {
                for (Path input : files.filter(ChatCase::isRequest).sorted().toList()) {
                    Path options = sibling(input, ".options.json");
                    cases.add(new ChatCase(dialect, input, sibling(input, ".out.json"), Files.exists(options)
                            ? (ObjectNode) Json.MAPPER.readTree(options.toFile()) : Json.MAPPER.createObjectNode()));
                }
            }
        }
        return cases;
    }

    private static boolean isRequest(Path file) {
        try {
            return file.toString().endsWith(".in.json") && Json.MAPPER.readTree(file.toFile()).has("messages");
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    private static Path sibling(Path input, String ending) {
        return Path.of(input.toString().replace(".in.json", ending));
    }

    static ModelTraits traits(JsonNode given) {
        return new ModelTraits(given.path("claude").asBoolean(true), given.path("maxOutput").asInt(64000),
                given.path("sampling").asBoolean(true),
                ModelTraits.Thinking.valueOf(given.path("thinking").asText("BOTH")),
                given.path("jsonSchema").asBoolean(true), false, false);
    }

    UpstreamTerms terms() {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        rules.addAll(dialect.chat().rules());
        settings.path("with").forEach(rule -> rules.add(Rule.valueOf(rule.asText())));
        settings.path("without").forEach(rule -> rules.remove(Rule.valueOf(rule.asText())));
        return new UpstreamTerms(dialect.chat(), "upstream-model", traits(settings.path("traits")), rules,
                settings.path("strictSchema").asBoolean(), settings.path("sessionId").textValue(),
                settings.path("images").asBoolean() ? url -> FETCHED : null, Refusals.NONE);
    }

    boolean ofAnOpenAiClient() {
        return settings.path("openai").asBoolean();
    }

    @Override
    public String toString() {
        return dialect + " " + input.getFileName();
    }
}
