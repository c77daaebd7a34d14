/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults that can be seen in what arrives; those of the connection are in {@link ConnectionFaultsTest}. */
class FaultsTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private HttpResponse<String> json(String fault) throws Exception {
        return requests.post(Requests.MESSAGES, Requests.body("m!" + fault, "hello to you"));
    }

    private List<Requests.Event> stream(String fault) throws Exception {
        HttpResponse<String> response =
                requests.post(Requests.MESSAGES, Requests.streamed("m!" + fault, "hello to you"));
        assertEquals(200, response.statusCode());
        return Requests.events(response.body());
    }

    private static List<String> names(List<Requests.Event> events) {
        return events.stream().map(Requests.Event::name).toList();
    }

    private String refusal(ObjectNode body, String fault) throws Exception {
        HttpResponse<String> response =
                requests.send(requests.request(Requests.MESSAGES, body).header("x-simulate", fault));
        return response.statusCode() == 200
                ? "none"
                : Requests.json(response.body()).path("error").path("message").asText();
    }

    @Test
    void theSuffixIsNotPartOfTheModel() throws Exception {
        assertEquals("m", Requests.json(json("stop=end_turn").body()).path("model").asText());
    }

    @Test
    void aWrongFaultNameIsRefused() throws Exception {
        assertTrue(json("no-such-fault").body().contains("no-such-fault"));
    }

    @ParameterizedTest
    @CsvSource({"429,rate_limit_error", "529,overloaded_error", "503,api_error", "413,request_too_large"})
    void status(int status, String type) throws Exception {
        HttpResponse<String> response = json("status=" + status + ";retry-after=7;should-retry=false");

        assertEquals(status, response.statusCode());
        assertEquals(type, Requests.json(response.body()).path("error").path("type").asText());
        assertEquals("7", response.headers().firstValue("retry-after").orElseThrow());
        assertEquals("false", response.headers().firstValue("x-should-retry").orElseThrow());
    }

    @Test
    void statusWithAnotherType() throws Exception {
        JsonNode error = Requests.json(json("status=503;type=overloaded_error;message=full").body()).path("error");

        assertEquals("overloaded_error", error.path("type").asText());
        assertEquals("full", error.path("message").asText());
    }

    @Test
    void timesCountsThePerModelAndFault() throws Exception {
        assertEquals(503, json("status=503;times=2").statusCode());
        assertEquals(503, json("status=503;times=2").statusCode());
        assertEquals(200, json("status=503;times=2").statusCode());
        simulator.clear();
        assertEquals(503, json("status=503;times=2").statusCode());
    }

    @Test
    void otherBodies() throws Exception {
        assertEquals(502, json("html=502").statusCode());
        assertTrue(json("html-200").body().startsWith("<html>"));
        assertEquals("", json("empty").body());
        assertEquals(307, json("redirect").statusCode());
        assertTrue(json("sse-for-json").body().startsWith("event: message_start"));
        assertTrue(requests.post(Requests.MESSAGES, Requests.streamed("m!json-for-stream", "x")).body().startsWith("{"));
        assertThrows(AssertionError.class, () -> Requests.json(json("cut-json").body()));
    }

    @Test
    void healableRefusals() throws Exception {
        ObjectNode body = Requests.body("m", "hello");
        body.putObject("context_management");
        Requests.addTool(body, "T");
        ((ObjectNode) body.path("tools").path(0)).put("defer_loading", true);

        assertEquals("context_management: Extra inputs are not permitted",
                refusal(body, "extra-input=context_management"));
        assertEquals("tools.0.custom.defer_loading: Extra inputs are not permitted",
                refusal(body, "extra-input=tools.*.custom.defer_loading"));
        assertEquals("none", refusal(body, "extra-input=tools.10.custom.defer_loading"));
        assertEquals("none", refusal(body, "extra-input=messages.0.output_config"));
        assertEquals("max_tokens: 2048 > 100, which is the maximum allowed number of output tokens for m",
                refusal(body, "max-tokens=100"));
        assertEquals("none", refusal(body, "max-tokens=4096"));
        assertEquals("prompt is too long: 210000 tokens > 200000 maximum", refusal(body, "prompt-too-long"));
        assertTrue(refusal(body, "context-limit=2000").startsWith(
                "input length and `max_tokens` exceed context limit: "));
        assertEquals("none", refusal(body, "unexpected-beta=x"));
        assertTrue(requests.send(requests.request(Requests.MESSAGES, Requests.body("m!unexpected-beta=x-1", "hi"))
                        .header("anthropic-beta", "y-1,x-1"))
                .body().contains("Unexpected value(s) `x-1` for the `anthropic-beta` header"));
    }

    @Test
    void refusalsOfTheHistory() throws Exception {
        ObjectNode body = Requests.body("m", "hello");
        assertEquals("none", refusal(body, "bad-signature;no-system-role;no-adaptive;strict-schema"));

        body.putObject("thinking").put("type", "adaptive");
        assertEquals("adaptive thinking is not supported on this model", refusal(body, "no-adaptive"));
        body.withArray("tools").addObject().put("name", "T").set("input_schema",
                Requests.json("{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"x\"}}}"));
        assertTrue(refusal(body, "strict-schema").startsWith("tools.0.custom.input_schema: JSON schema is invalid"));
        body.withArray("messages").addObject().put("role", "system").put("content", "s");
        assertEquals("messages.1.role: Input should be 'user' or 'assistant'", refusal(body, "no-system-role"));
        body.withArray("messages").addObject().put("role", "assistant").set("content",
                Requests.json("[{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s\"}]"));
        assertEquals("messages.2.content.0: Invalid `signature` in `thinking` block", refusal(body, "bad-signature"));
    }

    @Test
    void errorsInTheStream() throws Exception {
        List<Requests.Event> first = stream("error-first=overloaded_error");
        assertEquals(List.of("error"), names(first));
        assertEquals("overloaded_error", first.get(0).json().path("error").path("type").asText());

        assertEquals(List.of("message_start", "error"), names(stream("error-after-start=api_error")));
        assertEquals(
                List.of("message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta",
                        "error"),
                names(stream("error-mid=api_error")));
    }

    @Test
    void streamsThatAreNotWhole() throws Exception {
        assertEquals("content_block_delta", names(stream("eof-mid")).get(4));
        assertEquals(5, stream("eof-mid").size());
        assertFalse(names(stream("no-message-stop")).contains("message_stop"));
        assertTrue(stream("no-event-lines").stream().allMatch(event -> event.name() == null));
        assertTrue(stream("bad-json-frame").stream().anyMatch(event -> !event.data().endsWith("}")));
    }

    @Test
    void contents() throws Exception {
        assertEquals("refusal", Requests.json(json("stop=refusal").body()).path("stop_reason").asText());
        assertTrue(Requests.json(json("no-content").body()).path("content").isEmpty());
        assertFalse(Requests.json(json("no-usage").body()).has("usage"));
        assertEquals(5000, Requests.json(json("big=5000").body()).at("/content/0/text").asText().length());
        assertEquals(5000, Requests.text(stream("big=5000")).length());
    }

    @Test
    void toolFaults() throws Exception {
        ObjectNode body = Requests.streamed("m", "@call T {\"a\":\"0123456789\"}\n@and T {\"b\":\"0123456789\"}");
        Requests.addTool(body, "T");

        List<Requests.Event> interleaved = Requests.events(
                requests.post(Requests.MESSAGES, body.put("model", "m!interleaved-tools")).body());
        List<Integer> order = interleaved.stream()
                .filter(event -> event.name().equals("content_block_delta"))
                .map(event -> event.json().path("index").asInt())
                .toList();
        assertEquals(List.of(0, 1, 0, 1), order);

        String sameId = requests.post(Requests.MESSAGES, body.put("model", "m!same-tool-id")).body();
        Set<String> ids = Set.copyOf(Requests.events(sameId).stream()
                .map(event -> event.json().at("/content_block/id").asText())
                .filter(id -> !id.isEmpty())
                .toList());
        assertEquals(1, ids.size());

        assertFalse(requests.post(Requests.MESSAGES, body.put("model", "m!bad-tool-json")).body()
                .contains("0123456789"));
    }

    @Test
    void forms() throws Exception {
        HttpResponse<byte[]> packed = requests.sendForBytes(
                requests.request(Requests.MESSAGES, Requests.streamed("m!gzip", "hello")));
        assertEquals("gzip", packed.headers().firstValue("content-encoding").orElseThrow());
        String unpacked = new String(
                new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("Hi! You said: hello", Requests.text(Requests.events(unpacked)));

        HttpResponse<byte[]> packedJson = requests.sendForBytes(
                requests.request(Requests.MESSAGES, Requests.body("m!gzip", "hello")));
        assertTrue(new String(new GZIPInputStream(new ByteArrayInputStream(packedJson.body())).readAllBytes(),
                StandardCharsets.UTF_8).contains("hello"));

        assertEquals("Hi! You said: hello to you", Requests.text(stream("one-chunk")));
        assertEquals("Hi! You said: hello to you", Requests.text(stream("drip=0")));
        assertTrue(json("drip=0").body().contains("hello to you"));
        assertTrue(Requests.text(stream("split-utf8")).endsWith("\ud83d\udc2a \ud83c\udf1e"));
    }
}
