/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenRouter takes over in whichever format it is spoken to, for clients of either. */
@DisplayName("failover between formats (4.5; E16)")
class ConvertedFailoverTest {

    private record Way(String backend, String openRouter, String id, String from, String to) {

        Gateway start() {
            return Gateway.start(backend, "BYPASS_FALLBACK_ENABLED=true", "OPENROUTER_API=" + openRouter);
        }
    }

    static final List<Way> WAYS = List.of(
            new Way("DATABRICKS_INVOCATIONS", "messages", "databricks", "databricks-chat", "openrouter-messages"),
            new Way("DATABRICKS_INVOCATIONS", "chat", "databricks", "databricks-chat", "openrouter-chat"),
            new Way("AZURE_DATABRICKS", "chat", "databricks", "databricks-native", "openrouter-chat"),
            new Way("LITELLM_OPENROUTER", "messages", "litellm-openrouter", "litellm-chat", "openrouter-messages"),
            new Way("LITELLM_MESSAGES", "chat", "litellm", "messages", "openrouter-chat"),
            new Way("ANTHROPIC", "chat", "anthropic", "messages", "openrouter-chat"));

    private static final Map<Way, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        WAYS.forEach(way -> GATEWAYS.put(way, way.start()));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    /** The gateway of a way whose own upstream fails with this status, or with an error first thing in its stream. */
    private static Gateway failing(Way way, int status) {
        Gateway gateway = GATEWAYS.get(way);
        gateway.upstream((request, reply) -> {
            if (request.dialect().startsWith("openrouter")) {
                return false;
            }
            if (status == 200) {
                Wire.stream(reply, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                        + "\"code\":503,"
                        + "\"message\":\"simulated\"}}\n\n");
            } else {
                reply.status(status).header("content-type",
                        "application/json").send(Wire.utf8("{\"error\":{\"message\":\"simulated\"}}"));
            }
            return true;
        });
        return gateway;
    }

    private static void assertMoved(Way way, Gateway gateway, HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(way.id() + "->openrouter", header(answer, "x-caravan-failover"));
        assertEquals(List.of(way.from(), way.to()),
                gateway.simulator().requests().stream().map(RecordedRequest::dialect).toList());
        assertFalse(answer.body().contains("simulated"), answer.body());
    }

    @ParameterizedTest
    @FieldSource("WAYS")
    void aMessagesClientIsServedByTheOther(Way way) {
        for (int status : new int[] {503, 429}) {
            Gateway gateway = failing(way, status);
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertMoved(way, gateway, answer);
            assertEquals("Hi! You said: say hi", json(answer.body()).at("/content/0/text").asText());
            assertEquals(Gateway.MODEL, json(answer.body()).path("model").asText());
            gateway.received();
            RecordedRequest second = gateway.received();
            assertEquals("anthropic/claude-sonnet-4.5", second.json().path("model").asText());
            assertEquals("Bearer " + Gateway.UPSTREAM_KEY, second.header("authorization"));
            assertEquals("caravan", second.header("x-title"));

            gateway = failing(way, status);
            answer = gateway.post(Gateway.STREAM);
            assertMoved(way, gateway, answer);
            JsonNode streamed = StreamedMessage.of(answer.body());
            assertEquals("Hi! You said: say hi", streamed.at("/content/0/text").asText());
            assertEquals(Gateway.MODEL, streamed.path("model").asText());
        }
    }

    @ParameterizedTest
    @FieldSource("WAYS")
    void anOpenAiClientIsServedByTheOther(Way way) {
        Gateway gateway = failing(way, 503);
        HttpResponse<String> answer = gateway.chat(Gateway.PLAIN);
        assertMoved(way, gateway, answer);
        assertEquals("Hi! You said: say hi", json(answer.body()).at("/choices/0/message/content").asText());
        assertEquals(Gateway.MODEL, json(answer.body()).path("model").asText());

        gateway = failing(way, 503);
        answer = gateway.chat(Gateway.STREAM);
        assertMoved(way, gateway, answer);
        assertTrue(answer.body().endsWith("data: [DONE]\n\n") && answer.body().contains("chat.completion.chunk"),
                answer.body());
        assertFalse(answer.body().contains("event:"), answer.body());
    }

    // nothing of the first answer is out while its stream has only an error
    @ParameterizedTest
    @FieldSource("WAYS")
    void aStreamThatOpensWithAnErrorMovesOn(Way way) {
        Gateway gateway = failing(way, 200);
        HttpResponse<String> answer = gateway.post(Gateway.STREAM);
        assertMoved(way, gateway, answer);
        StreamedMessage.of(answer.body());
    }

    // what was left out for one upstream is left out for the other only if that takes it as little
    @ParameterizedTest
    @FieldSource("WAYS")
    void eachUpstreamIsLeftOutItsOwn(Way way) {
        String body = Gateway.PLAIN.replace("\"messages\"", "\"diagnostics\":{\"previous_message_id\":null},\"messages\"");
        Gateway gateway = failing(way, 503);
        HttpResponse<String> answer = gateway.post(body);
        assertMoved(way, gateway, answer);
        boolean chat = way.openRouter().equals("chat");
        assertEquals(chat ? "diagnostics" : null, header(answer, "x-caravan-dropped"));
        gateway.received();
        assertEquals(!chat, gateway.received().json().has("diagnostics"));
    }

    // the one that takes over learns as it does elsewhere
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOtherLearns(boolean openAi) {
        Way way = WAYS.get(1);
        Gateway gateway = failing(way, 503);
        String body = Gateway.PLAIN.replace(Gateway.MODEL, "anthropic/claude-sonnet-4.5!max-tokens=" + (openAi ? 50 : 60));
        HttpResponse<String> answer = openAi ? gateway.chat(body) : gateway.post(body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(List.of("databricks-chat", "openrouter-chat", "openrouter-chat"),
                gateway.simulator().requests().stream().map(RecordedRequest::dialect).toList());
    }

    @Test
    void whatIsWrongWithTheRequestMovesNowhere() {
        for (Way way : WAYS) {
            Gateway gateway = failing(way, 400);
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(400, answer.statusCode());
            assertNull(header(answer, "x-caravan-failover"));
            assertEquals(1, gateway.simulator().requests().size());
        }
    }
}
