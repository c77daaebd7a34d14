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

/**
 * A golden request: {@code wire/messages/<case>.json} or, of an OpenAI client, {@code wire/chat/<case>.json}; beside it
 * {@code <case>.<dialect>-chat.json}, what that dialect gets, and perhaps {@code <case>.options.json} or
 * {@code <case>.<dialect>-chat.options.json} with the terms.
 */
record ChatCase(Dialects dialect, Path input, Path output, ObjectNode settings) {

    static final String FETCHED = "data:image/png;base64,RkVUQ0hFRA==";

    private static final Path WIRE = Path.of("src/test/resources/wire");

    static List<ChatCase> all() throws IOException {
        List<ChatCase> cases = new ArrayList<>();
        for (Dialects dialect : Dialects.values()) {
            String target = "." + dialect.name().toLowerCase(Locale.ROOT) + "-chat";
            for (Path output : ending(target + ".json")) {
                String name = output.toString().replace(target + ".json", "");
                cases.add(new ChatCase(dialect, Path.of(name + ".json"), output, options(name, target)));
            }
        }
        return cases;
    }

    private static List<Path> ending(String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String format : List.of("messages", "chat")) {
            try (Stream<Path> files = Files.list(WIRE.resolve(format))) {
                files.filter(file -> file.toString().endsWith(suffix)).sorted().forEach(found::add);
            }
        }
        return found;
    }

    private static ObjectNode options(String name, String target) throws IOException {
        for (String suffix : List.of(target + ".options.json", ".options.json")) {
            Path options = Path.of(name + suffix);
            if (Files.exists(options)) {
                return (ObjectNode) Json.MAPPER.readTree(options.toFile());
            }
        }
        return Json.MAPPER.createObjectNode();
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
        return input.getParent().endsWith("chat");
    }

    @Override
    public String toString() {
        return dialect + " " + output.getFileName();
    }
}
