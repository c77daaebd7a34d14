/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import io.caravan.format.sse.EventBuffer;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialect;
import io.caravan.provider.Dialects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every code an upstream knows, in every shape it is told in, means the same to a client of each format and to the breaker. */
class FailureMatrixTest {

    private static final String MODEL = "claude-alias";

    /** What upstreams call their errors, and the statuses they send them with. */
    private static final Map<String, Integer> CODES = new TreeMap<>(Map.ofEntries(
            Map.entry("BAD_REQUEST", 400), Map.entry("INVALID_PARAMETER_VALUE", 400), Map.entry("MALFORMED_REQUEST", 400),
            Map.entry("UNAUTHENTICATED", 401), Map.entry("PERMISSION_DENIED", 403),
            Map.entry("RESOURCE_DOES_NOT_EXIST", 404), Map.entry("ENDPOINT_NOT_FOUND", 404),
            Map.entry("REQUEST_LIMIT_EXCEEDED", 429), Map.entry("RESOURCE_EXHAUSTED", 429),
            Map.entry("TEMPORARILY_UNAVAILABLE", 503), Map.entry("DEADLINE_EXCEEDED", 504), Map.entry("INTERNAL_ERROR", 500),
            Map.entry("invalid_request_error", 400), Map.entry("authentication_error", 401), Map.entry("billing_error", 402),
            Map.entry("permission_error", 403), Map.entry("not_found_error", 404), Map.entry("request_too_large", 413),
            Map.entry("rate_limit_error", 429), Map.entry("api_error", 500), Map.entry("timeout_error", 504),
            Map.entry("overloaded_error", 529), Map.entry("policy_blocked", 400),
            Map.entry("context_length_exceeded", 400), Map.entry("content_policy_violation", 400),
            Map.entry("content_filter", 400), Map.entry("insufficient_quota", 429), Map.entry("invalid_api_key", 401),
            Map.entry("model_not_found", 404), Map.entry("rate_limit_exceeded", 429), Map.entry("server_error", 500),
            Map.entry("provider_overloaded", 503), Map.entry("a_code_nobody_knows", 500)));

    /** How a code and its status are told. */
    private enum Shape {
        DATABRICKS((code, status) -> json().put("error_code", code).put("message", "no")),
        DATABRICKS_NESTED((code, status) -> json().put("error_code", code).put("message", "{\"message\":\"no\"}")),
        ANTHROPIC((code, status) -> json().put("type", "error").set("error", json().put("type", code).put("message", "no"))),
        OPENAI_CODE((code, status) -> json().set("error",
                json().put("message", "no").put("type", "x").putNull("param").put("code", code))),
        OPENAI_TYPE((code, status) -> json().set("error",
                json().put("message", "no").put("type", code).putNull("param").putNull("code"))),
        OPENROUTER((code, status) -> json().set("error", json().put("code", status).put("message", "no")
                .set("metadata", json().put("error_type", code)))),
        LITELLM((code, status) -> json().set("error", json().put("message", "litellm.APIError: AnthropicException - "
                + "{\"type\":\"error\",\"error\":{\"type\":\"" + code + "\",\"message\":\"no\"}}").put("type", "None")
                .put("code", "" + status))),
        GOOGLE((code, status) -> json().set("error", json().put("code", status).put("message", "no").put("status", code)));

        private final BiFunction<String, Integer, ObjectNode> body;

        Shape(BiFunction<String, Integer, ObjectNode> body) {
            this.body = body;
        }
    }

    private static ObjectNode json() {
        return Json.MAPPER.createObjectNode();
    }

    static Stream<List<Object>> codes() {
        return CODES.entrySet().stream().flatMap(code -> Stream.of(Shape.values())
                .map(shape -> List.of(code.getKey(), code.getValue(), shape)));
    }

    @ParameterizedTest
    @MethodSource("codes")
    @DisplayName("a failure is its kind, wherever it is told, whoever is told")
    void theSameErrorIsTheSameKindForEveryClient(List<Object> told) {
        String code = (String) told.get(0);
        int status = (int) told.get(1);
        byte[] body = ((Shape) told.get(2)).body.apply(code, status).toString().getBytes(StandardCharsets.UTF_8);
        List<Kind> answered = new ArrayList<>();
        List<Kind> inside = new ArrayList<>();
        for (WireFormat.Pair pair : pairs()) {
            answered.add(open(pair, false).error(status, body).kind());
            inside.add(assertThrows(Failure.class, () -> open(pair, false).answers().answer(body), pair.toString()).kind());
            inside.add(assertThrows(Failure.class, () -> stream(open(pair, true).answers().stream(), body), pair.toString()).kind());
        }
        assertEquals(1, answered.stream().distinct().count(), answered.toString());
        assertEquals(1, inside.stream().distinct().count(), inside.toString());
    }

    private static List<WireFormat.Pair> pairs() {
        List<WireFormat.Pair> pairs = new ArrayList<>();
        for (WireFormat client : WireFormat.values()) {
            for (WireFormat upstream : List.of(WireFormat.MESSAGES, WireFormat.CHAT)) {
                pairs.add(new WireFormat.Pair(client, upstream));
            }
        }
        return pairs;
    }

    private static Translator open(WireFormat.Pair pair, boolean stream) {
        String turns = pair.client() == WireFormat.RESPONSES ? "input" : "messages";
        byte[] request = ("{\"model\":\"" + MODEL + "\",\"max_tokens\":10,\"stream\":" + stream
                + ",\"" + turns + "\":[{\"role\":\"user\",\"content\":\"Hi\"}]}").getBytes(StandardCharsets.UTF_8);
        ModelTraits traits = new ModelTraits(true, 0, true, ModelTraits.Thinking.BOTH, true, true, false);
        Dialect dialect = pair.upstream() == WireFormat.MESSAGES ? Dialect.messages("native") : Dialects.OPENROUTER.chat();
        UpstreamTerms terms = new UpstreamTerms(dialect, "upstream-model", traits, dialect.rules(), false, null, null,
                Refusals.NONE);
        return Translator.open(pair, ModelRequest.read(request), terms);
    }

    /** Sends {@code data} as the first event of a stream; one of the Messages format has its name. */
    private static void stream(Translator.Stream translator, byte[] data) {
        EventBuffer events = new EventBuffer(translator.largestEvent());
        byte[] frame = ("event: error\ndata: " + new String(data, StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
        try {
            events.fill(new ByteArrayInputStream(frame));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        translator.take(events, new Translator.Stream.Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                assertEquals(from, to, "something of an error went out");
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                throw new AssertionError("part of an event");
            }
        });
    }
}
