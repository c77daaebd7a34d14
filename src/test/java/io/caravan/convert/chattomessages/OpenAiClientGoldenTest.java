/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases M80, M81, S38, S39, E48 and E51. A request's {@code model} names its {@link Traits}; its partner is a body and
 * what was dropped, or an error. An answer's partner is a completion, a stream's the chunks.
 */
class OpenAiClientGoldenTest {

    private static final Path REQUESTS = Path.of("src/test/resources/wire/chat");
    private static final Path ANSWERS = Path.of("src/test/resources/wire/answers/messages");
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_790_000_000), ZoneOffset.UTC);

    static List<String> requests() throws IOException {
        return named(REQUESTS, ".messages.json");
    }

    static List<String> messages() throws IOException {
        return named(ANSWERS, ".message.json");
    }

    static List<String> streams() throws IOException {
        return named(ANSWERS, ".events.sse");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestBecomesAMessagesRequest(String name) throws IOException {
        byte[] request = Files.readAllBytes(REQUESTS.resolve(name + ".json"));

        assertEquals(json(REQUESTS.resolve(name + ".messages.json")), ofRequest(request));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageBecomesACompletion(String name) throws IOException {
        byte[] message = Files.readAllBytes(ANSWERS.resolve(name + ".message.json"));

        assertEquals(json(ANSWERS.resolve(name + ".completion.json")), ofMessage(message));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void eventsBecomeChunks(String name) throws IOException {
        byte[] events = Files.readAllBytes(ANSWERS.resolve(name + ".events.sse"));

        assertEquals(Files.readString(ANSWERS.resolve(name + ".chunks.sse")), ofStream(name, events));
    }

    static JsonNode ofRequest(byte[] request) throws IOException {
        try {
            String kind = Json.MAPPER.readTree(request).path("model").asText();
            MessagesBody body = MessagesBody.of(ChatToMessages.tree(request), "upstream-model", Traits.of(kind));
            ObjectNode result = Json.MAPPER.createObjectNode();
            body.dropped().forEach(result.putArray("dropped")::add);
            result.set("body", Json.MAPPER.readTree(body.body()));
            return result;
        } catch (MalformedBody e) {
            return Json.MAPPER.readTree(ClientErrors.of(WireFormat.CHAT)
                    .body(Failure.of(Kind.MALFORMED_REQUEST, e.getMessage()), ""));
        }
    }

    static JsonNode ofMessage(byte[] message) throws IOException {
        return Json.MAPPER.readTree(new CompletionAnswers("client-model", false, false, CLOCK).answer(message).body());
    }

    static String ofStream(String name, byte[] events) {
        CompletionAnswers translation = new CompletionAnswers("client-model", name.endsWith(".usage"), false, CLOCK);
        return MessagesStreams.translated(translation.stream(), events, Integer.MAX_VALUE);
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.MAPPER.readTree(Files.readAllBytes(file));
    }

    private static List<String> named(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(ending))
                    .map(name -> name.substring(0, name.length() - ending.length())).sorted().toList();
            assertFalse(names.isEmpty());
            return names;
        }
    }
}
