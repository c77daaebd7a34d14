/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chattomessages.Traits;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.responses.ResponsesRequest.Call;
import io.caravan.format.responses.ResponsesRequest.Tool;
import io.caravan.format.sse.EventBuffer;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialect;
import io.caravan.provider.Dialects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feature 3.12. A request's {@code model} names its {@link Traits}; its partners are what each upstream gets and what was
 * dropped, or an error. A message's partner is a response, a stream's the events of one.
 */
class ResponsesGoldenTest {

    private static final Path REQUESTS = Path.of("src/test/resources/wire/responses");
    private static final Path ANSWERS = Path.of("src/test/resources/wire/answers/messages");
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_790_000_000), ZoneOffset.UTC);
    private static final ResponseAnswers.Asked ASKED = new ResponseAnswers.Asked("client-model",
            Json.MAPPER.createObjectNode().put("store", false), Map.of("clock", new Tool(Call.CUSTOM, "clock", "wall")));

    static List<Path> requests() throws IOException {
        return named(REQUESTS, ".messages.json");
    }

    static List<Path> messages() throws IOException {
        return named(ANSWERS, ".message.json");
    }

    static List<Path> streams() throws IOException {
        return named(ANSWERS, ".events.sse");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestBecomesWhatEachUpstreamTakes(Path request) throws IOException {
        assertEquals(json(partner(request, ".messages.json")), sent(request, WireFormat.MESSAGES, Dialect.messages("native")));
        for (Dialects dialect : Dialects.values()) {
            String name = "." + dialect.name().toLowerCase(Locale.ROOT) + "-chat.json";
            assertEquals(json(partner(request, name)), sent(request, WireFormat.CHAT, dialect.chat()), name);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageBecomesAResponse(Path message) throws IOException {
        assertEquals(json(partner(message, ".response.json")), ofMessage(message));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void eventsBecomeThoseOfAResponse(Path events) throws IOException {
        assertEquals(Files.readString(partner(events, ".response.sse")), ofStream(events));
    }

    static JsonNode sent(Path request, WireFormat upstream, Dialect dialect) throws IOException {
        byte[] body = Files.readAllBytes(request);
        ModelRequest read = ModelRequest.read(body);
        UpstreamTerms terms = new UpstreamTerms(dialect, "upstream-model", Traits.of(read.model()), dialect.rules(), false, null,
                null, Refusals.NONE);
        try {
            Translator.Outgoing outgoing =
                    Translator.open(new WireFormat.Pair(WireFormat.RESPONSES, upstream), read, terms).request();
            ObjectNode result = Json.MAPPER.createObjectNode();
            outgoing.dropped().forEach(result.putArray("dropped")::add);
            result.set("body", Json.MAPPER.readTree(outgoing.bytes()));
            return result;
        } catch (MalformedBody e) {
            return Json.MAPPER.readTree(ClientErrors.of(WireFormat.RESPONSES)
                    .body(Failure.of(Kind.MALFORMED_REQUEST, e.getMessage()), ""));
        }
    }

    static JsonNode ofMessage(Path message) throws IOException {
        return Json.MAPPER.readTree(new ResponseAnswers(ASKED, false, CLOCK).answer(Files.readAllBytes(message)).body());
    }

    static String ofStream(Path events) throws IOException {
        return translated(new ResponseAnswers(ASKED, true, CLOCK).stream(), Files.readAllBytes(events), Integer.MAX_VALUE);
    }

    /** What the client gets for {@code events}, which come in reads of {@code most} bytes, a failure included. */
    static String translated(Translator.Stream stream, byte[] events, int most) throws IOException {
        Bytes out = new Bytes(1024);
        Translator.Stream.Sink sink = new Translator.Stream.Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                out.write(bytes, from, to - from);
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                throw new AssertionError("part of an event");
            }
        };
        EventBuffer buffer = new EventBuffer(Integer.MAX_VALUE);
        ByteArrayInputStream in = new ByteArrayInputStream(events) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(most, length));
            }
        };
        try {
            while (buffer.fill(in) >= 0) {
                stream.take(buffer, sink);
            }
            stream.end(buffer, sink);
        } catch (Failure e) {
            out.write(stream.failed(e).orElseThrow());
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static Path partner(Path file, String ending) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - ending(name).length()) + ending);
    }

    private static String ending(String name) {
        return Stream.of(".message.json", ".events.sse", ".json").filter(name::endsWith).findFirst().orElseThrow();
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.MAPPER.readTree(Files.readAllBytes(file));
    }

    private static List<Path> named(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> named = files.filter(file -> file.toString().endsWith(ending)).sorted()
                    .map(file -> ending.equals(".messages.json")
                            ? file.resolveSibling(file.getFileName().toString().replace(ending, ".json")) : file).toList();
            assertFalse(named.isEmpty());
            return named;
        }
    }
}
