/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chatrequest.ChatRequest;
import io.caravan.failure.Failure;
import io.caravan.format.ModelTraits;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessagesGrammar;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair under {@code wire/answers/*-chat}: {@code .answer.json} becomes {@code .message.json}, {@code .chunks.sse} becomes
 * {@code .events.sse}; what a request asked for stands in {@code .context.json} beside them. A stream that ends with an
 * error has it as its last event.
 */
class ChatAnswerGoldenTest {

    private static final Path WIRE = Path.of("src/test/resources/wire/answers");

    static List<Path> answers() throws IOException {
        return ending(".answer.json");
    }

    static List<Path> streams() throws IOException {
        return ending(".chunks.sse");
    }

    private static List<Path> ending(String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(WIRE)) {
            all.filter(path -> path.getParent().toString().endsWith("-chat") && path.toString().endsWith(suffix)).sorted().forEach(found::add);
        }
        assertFalse(found.isEmpty());
        return found;
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerBecomesItsMessage(Path answer) throws IOException {
        byte[] body;
        try {
            body = new MessageAnswers(context(answer, ".answer.json"), false).answer(Files.readAllBytes(answer)).body();
        } catch (Failure e) {
            body = error(e).getBytes(StandardCharsets.UTF_8);
        }
        JsonNode actual = Json.MAPPER.readTree(normal(new String(body, StandardCharsets.UTF_8)));
        JsonNode expected = Json.MAPPER.readTree(Files.readAllBytes(sibling(answer, ".answer.json", ".message.json")));
        assertEquals(expected.toPrettyString(), actual.toPrettyString());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamBecomesItsEvents(Path chunks) throws IOException {
        Translated translated = Translated.of(Files.readString(chunks), context(chunks, ".chunks.sse"));
        String events = translated.events() + (translated.error() == null ? ""
                : "event: error\ndata: " + error(translated.error()) + "\n\n");
        assertEquals(withoutStatus(Files.readString(sibling(chunks, ".chunks.sse", ".events.sse"))),
                withoutStatus(normal(events)));

        MessagesGrammar grammar = MessagesGrammar.begun(events);
        if (translated.error() == null) {
            assertNull(MessagesGrammar.whole(events).error());
        } else {
            assertFalse(grammar.ended(), "an error and a stop reason");
        }
    }

    /** An event has no status: what a failure would be answered with before a stream begins is its kind's affair. */
    private static String withoutStatus(String events) {
        return events.replaceAll(",\"status\":\\d+", "");
    }

    private static String error(Failure e) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + e.eventType(true) + "\",\"message\":"
                + new String(Json.quoted(e.getMessage()), StandardCharsets.UTF_8) + "},\"status\":" + e.status() + "}";
    }

    private static AnswerContext context(Path file, String suffix) throws IOException {
        Path given = sibling(file, suffix, ".context.json");
        JsonNode asked = Files.exists(given) ? Json.MAPPER.readTree(Files.readAllBytes(given)) : Json.MAPPER.missingNode();
        return new AnswerContext("claude-alias", toolNames(asked.path("toolNames")), asked.path("thinkingAsked").asBoolean(true),
                asked.path("thinkingOmitted").asBoolean(), asked.path("jsonTool").asBoolean(),
                asked.path("estimatedInput").asLong(), words(asked.path("stopSequences")),
                Set.copyOf(words(asked.path("usedIds"))),
                new ThinkingHistory.Thinker("chat a-model", asked.path("claude").asBoolean(true)));
    }

    private static List<String> words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }

    /** The names a request with these tools gives its upstream, each with the client's. */
    private static Map<String, String> toolNames(JsonNode tools) {
        ObjectNode request = Json.MAPPER.createObjectNode().put("model", "m").put("max_tokens", 9);
        request.putArray("messages").addObject().put("role", "user").put("content", "x");
        tools.forEach(name -> request.withArray("tools").addObject().set("name", name));
        UpstreamTerms terms = new UpstreamTerms(Dialects.OPENROUTER.chat(), "m",
                new ModelTraits(true, 0, true, ModelTraits.Thinking.NONE, true, false, false), Set.of(), false, null, null,
                Refusals.NONE);
        return ChatRequest.of(request.toString().getBytes(StandardCharsets.UTF_8), terms).toolNames();
    }

    private static Path sibling(Path file, String suffix, String other) {
        return file.resolveSibling(file.getFileName().toString().replace(suffix, other));
    }

    private static String normal(String text) {
        return text.replaceAll("(msg|toolu)_[0-9a-f]{24}", "$1_fresh");
    }
}
