/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/messages/count_tokens} in front of an upstream that cannot count. */
@DisplayName("counting tokens by estimate (3.2; M70, M71, E42)")
class CountTokensTest {

    private static final String WEATHER = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":"
            + "\"What is the weather like in San Francisco?\"}],\"tools\":[{\"name\":\"get_weather\",\"description\":"
            + "\"Get the current weather in a given location\",\"input_schema\":{\"type\":\"object\",\"properties\":{"
            + "\"location\":{\"type\":\"string\",\"description\":\"The city and state, e.g. San Francisco, CA\"}},"
            + "\"required\":[\"location\"]}}]}";
    private static final String GREETING = "{\"model\":\"%s\",\"system\":\"You are a scientist\",\"messages\":["
            + "{\"role\":\"user\",\"content\":\"Hello, Claude\"}]}";
    private static final String FOO = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"foo\"}],"
            + "\"tools\":[]}";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("OPENROUTER_CHAT");
        count(gateway, FOO.formatted(Gateway.MODEL)); // the vocabulary is loaded once a process, 0.4 s
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    static HttpResponse<String> count(Gateway gateway, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages/count_tokens?beta=true"))
                .timeout(Gateway.PATIENCE).header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The tokens of an answer that must be exactly one number, of this kind. */
    static long tokens(HttpResponse<String> answer, String kind) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(kind, header(answer, "x-caravan-token-count"));
        assertTrue(answer.body().matches("\\{\"input_tokens\":\\d+}"), answer.body());
        return json(answer.body()).path("input_tokens").asLong();
    }

    // M70: new connections, 26 different bodies at once, as /context asks; how fast is measured by bench/run counts
    @Test
    void aBurstOfTwentySixIsAnsweredAndNobodyIsAsked() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(26);
        try (RawClient half = gateway.connect()) {
            half.sendHead("/v1/messages/count_tokens", "content-length: 1000").send("{");
            IntStream.range(0, 26).mapToObj(i -> CompletableFuture.runAsync(() -> countOne(i), clients)).toList()
                    .forEach(CompletableFuture::join);
        } finally {
            clients.shutdown();
        }
        assertEquals(List.of(), gateway.simulator().requests());
    }

    private static void countOne(int number) {
        String body = WEATHER.formatted(Gateway.MODEL).replace("get_weather", "weather_" + number);
        try (RawClient client = gateway.connect()) {
            client.postTo("/v1/messages/count_tokens?beta=true", body, "anthropic-beta: token-counting-2024-11-01");
            RawClient.Head head = client.readHead();
            String answer = client.readBody(head);
            assertEquals("estimated", head.header("x-caravan-token-count"), answer);
            assertTrue(json(answer).path("input_tokens").asLong() > 300, answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // M71: the known counts of 1.12 are of claude-opus-5
    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "claude-sonnet-4-5", "databricks-claude-opus-5-5"})
    void knownCountsAreMetWithinAFifthAndNeverFromBelow(String model) {
        assertWithin(14, tokens(count(gateway, GREETING.formatted(model)), "estimated"));
        assertWithin(403, tokens(count(gateway, WEATHER.formatted(model)), "estimated"));
    }

    private static void assertWithin(long real, long estimate) {
        assertTrue(estimate >= real && estimate <= Math.ceil(real * 1.2), estimate + " for " + real);
    }

    // E42: everything a request has is counted, and what is no request is refused, never a wrong number
    @Test
    void systemMessagesAndImagesCount() {
        long foo = tokens(count(gateway, FOO.formatted(Gateway.MODEL)), "estimated");
        String words = "some more words of text ".repeat(200);
        String withSystem = FOO.formatted(Gateway.MODEL).replace("\"tools\"", "\"system\":\"" + words + "\",\"tools\"");
        assertTrue(tokens(count(gateway, withSystem), "estimated") > foo + 900);
        String image = FOO.formatted(Gateway.MODEL).replace("\"foo\"", "[{\"type\":\"image\",\"source\":{\"type\":\"url\","
                + "\"url\":\"https://example.com/x.png\"}}]");
        assertTrue(tokens(count(gateway, image), "estimated") > foo + 300);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"model\":\"claude-sonnet-4-5\"} | messages: Field required",
        "{\"messages\":[]} | model: Field required",
        "'' | The request body is empty; a JSON object is expected."})
    void whatIsNoRequestIsA400(String body, String message) {
        assertFault(count(gateway, body), 400, "invalid_request_error", message);
    }

    @Test
    void aModelNobodyKnowsIsA404() {
        assertFault(count(gateway, FOO.formatted("gpt-4o")), 404, "not_found_error", "model: gpt-4o");
    }

    // what a session really costs corrects the next estimates, for that model alone
    @Test
    void estimatesLearnFromFinishedRequests() {
        String prose = "The caravan goes on through the night, and nobody counts its camels. ".repeat(120);
        String body = Gateway.PLAIN.replace(Gateway.MODEL, "claude-haiku-4-5").replace("say hi", prose);
        long before = tokens(count(gateway, body), "estimated");
        long real = before * 3 / 2;
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8("{\"id\":\"c\",\"object\":\"chat.completion\","
                    + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":" + real + ",\"completion_tokens\":1,"
                    + "\"total_tokens\":" + (real + 1) + "}}"));
            return true;
        });
        assertEquals(200, gateway.post(body).statusCode());
        await().atMost(Gateway.PATIENCE).untilAsserted(() ->
                assertEquals(real, tokens(count(gateway, body), "estimated"), real / 50.0));
        long other = tokens(count(gateway, body.replace("claude-haiku-4-5", "claude-sonnet-4-6")), "estimated");
        assertEquals(before, other, before / 50.0, "another model's estimates stay");
    }
}
