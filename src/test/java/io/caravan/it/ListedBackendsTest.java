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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Responder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Backends that only {@code config.yaml} knows, of a running gateway that had no such file when it started. */
@DisplayName("backends of config.yaml (5.11, 1.12)")
class ListedBackendsTest {

    private static final String CORP = """
            backends:
              - name: corp
                api: chat
                dialect: openai
                url: ${SIMULATOR}/v1
                token: sk-upstream-0123456789
            routes:
              corp-*: corp
            """;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("OPENROUTER", "BYPASS_FALLBACK_ENABLED=true", "MODELS_PATH=models.yaml", "models.yaml="
                + "openrouter: {\"claude-*\": \"anthropic/{model}\"}\nanthropic: {\"*\": \"{model}\"}\n"
                + "databricks: {\"*\": \"{model}\"}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void none() throws IOException {
        gateway.upstream(null);
        writes("backends: []\nroutes: {\"nobody-*\": anthropic}\n");
        await().until(() -> status("corp-x") == 404);
    }

    /** Puts the file there whole. */
    private static void writes(String yaml) throws IOException {
        Path next = gateway.directory().resolve("config.next");
        Files.writeString(next, yaml);
        Files.move(next, gateway.directory().resolve("config.yaml"), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static String asking(String model) {
        return Gateway.PLAIN.replace(Gateway.MODEL, model);
    }

    private static int status(String model) {
        return gateway.post(asking(model)).statusCode();
    }

    /** Lets the backends fail whose dialects begin with one of these. */
    private static Responder dead(String... dialects) {
        return (request, reply) -> {
            boolean dead = Stream.of(dialects).anyMatch(request.dialect()::startsWith);
            if (dead) {
                reply.status(503).send(new byte[0]);
            }
            return dead;
        };
    }

    @Test
    @DisplayName("done-when 4: eight lines, added while it runs, serve a tool loop")
    void eightLinesServeAToolLoop() throws IOException {
        writes(CORP);
        await().until(() -> status("corp-large") == 200);
        for (boolean stream : new boolean[] {false, true}) {
            ObjectNode body = (ObjectNode) json(asking("corp-large"));
            body.put("stream", stream);
            ((ObjectNode) body.at("/messages/0")).put("content", "@call Read {\"file_path\":\"/a\"}");
            body.withArray("tools").addObject().put("name", "Read").putObject("input_schema").put("type", "object");
            gateway.upstream(null);

            JsonNode first = message(body);
            assertEquals("tool_use", first.path("stop_reason").asText(), first.toString());
            assertEquals("corp-large", first.path("model").asText());
            RecordedRequest sent = gateway.received();
            assertEquals("/v1/chat/completions", sent.target());
            assertEquals("Bearer " + Gateway.UPSTREAM_KEY, sent.header("authorization"));
            assertEquals("corp-large", sent.json().path("model").asText());

            JsonNode call = first.path("content").get(first.path("content").size() - 1);
            body.withArray("messages").addObject().put("role", "assistant").set("content", first.get("content"));
            ArrayNode results = body.withArray("messages").addObject().put("role", "user").putArray("content");
            results.addObject().put("type", "tool_result").put("content", "what is in it").set("tool_use_id", call.get("id"));
            JsonNode second = message(body);
            assertEquals("end_turn", second.path("stop_reason").asText());
            assertTrue(second.toString().contains("what is in it"), second.toString());
        }
        assertTrue(ask("/stats").contains("\"name\":\"corp\""), ask("/stats"));
        assertTrue(ask("/metrics").contains("caravan_breaker_state{state=\"closed\",upstream=\"corp\"}"));
    }

    private static JsonNode message(ObjectNode body) {
        HttpResponse<String> answer = gateway.post(body.toString());
        assertEquals(200, answer.statusCode(), answer.body());
        return body.path("stream").asBoolean() ? StreamedMessage.of(answer.body()) : json(answer.body());
    }

    private static String ask(String path) {
        return ProbesTest.ask(gateway, "GET", path).body();
    }

    @Test
    @DisplayName("done-when 3: OPENROUTER->ANTHROPIC->Databricks by fallback, with the first two dead")
    void aChainByFallback() throws IOException {
        writes("""
                backends:
                  - {name: openrouter, fallback: anthropic}
                  - {name: anthropic, fallback: [databricks]}
                """);
        gateway.upstream(dead("openrouter", "messages"));
        await().until(() -> status(Gateway.MODEL) == 200);
        for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
            gateway.upstream(dead("openrouter", "messages"));
            HttpResponse<String> answer = gateway.post(request);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("openrouter->anthropic->databricks", header(answer, "x-caravan-failover"));
            assertEquals(List.of("openrouter-messages", "messages", "databricks-native"),
                    gateway.simulator().requests().stream().map(RecordedRequest::dialect).toList());
        }
        String meters = ask("/metrics");
        assertTrue(meters.contains("caravan_failovers_total{from=\"openrouter\",to=\"anthropic\"}"), meters);
        assertTrue(meters.contains("caravan_failovers_total{from=\"anthropic\",to=\"databricks\"}"), meters);

        gateway.upstream(dead("openrouter", "messages", "databricks"));
        HttpResponse<String> failed = gateway.post(Gateway.PLAIN);
        assertFault(failed, 503, "api_error");
        String words = json(failed.body()).at("/error/message").asText();
        assertTrue(words.startsWith("OpenRouter: ") && words.contains("; Anthropic: ") && words.contains("; Azure Databricks: "),
                words);
    }

    @Test
    void oneOfItsOwnMayBeginAChain() throws IOException {
        writes(CORP.replace("    token:", "    fallback: [openrouter, anthropic]\n    token:"));
        await().until(() -> status("corp-x") == 200);
        gateway.upstream(dead("litellm", "openrouter"));
        HttpResponse<String> answer = gateway.post(asking("corp-x"));
        assertEquals("corp->anthropic", header(answer, "x-caravan-failover"), "OpenRouter does not know the model");
        answer = gateway.post(asking("corp,claude-x"));
        assertEquals("corp->openrouter->anthropic", header(answer, "x-caravan-failover"));
    }

    @Test
    void anEditThatCannotBeUsedLeavesTheLastGoodOne() throws Exception {
        writes(CORP);
        await().until(() -> status("corp-x") == 200);
        try (LoggedLines log = LoggedLines.of("io.caravan.settings.value.YamlFile")) {
            for (String bad : new String[] {CORP.replace("dialect:", "dialekt:"), CORP.replace("url:", "#"), "backends: [",
                    CORP.replace("sk-upstream-0123456789", "${NOT_SET_ANYWHERE}"), CORP.replace("corp-*: corp", "corp-*: copr"),
                    CORP.replace("corp-*:", "\"corp-{what}\":"), CORP + "\nmore: 1\n", ""}) {
                log.clear();
                writes(bad);
                await().until(() -> log.all().stream().anyMatch(line -> line.contains("stays as it was")));
                assertEquals(200, status("corp-x"), bad);
            }
        }
        writes(CORP.replace("corp-*", "firm-*"));
        await().until(() -> status("firm-x") == 200);
        assertEquals(404, status("corp-x"));
    }

    @Test
    @DisplayName("a stream that runs while its backend goes, or is another one, ends whole")
    void whatIsUnderWayEndsInPeace() throws Exception {
        writes(CORP);
        await().until(() -> status("corp-x") == 200);
        for (String edit : new String[] {CORP.replace("sk-upstream-0123456789", "sk-another-0123456789"), "routes: {x: anthropic}\n"}) {
            gateway.upstream(null);
            String prompt = "@delay 300\\n@text 30";
            try (RawClient client = gateway.connect()) {
                client.post(Gateway.STREAM.replace(Gateway.MODEL, "corp-x").replace("say hi", prompt));
                gateway.received();
                writes(edit);
                assertEquals(200, client.readHead().status());
                String last = client.readEventName();
                while (!List.of("message_stop", "error").contains(last)) {
                    last = client.readEventName();
                }
                assertEquals("message_stop", last);
            }
        }
        await().until(() -> status("corp-x") == 404);
        await().until(() -> gateway.context().getRoute("backend-corp") == null
                && gateway.context().getRoutes().stream().noneMatch(route -> route.getId().startsWith("upstream-corp")));
        assertFalse(ask("/stats").contains("corp"), ask("/stats"));
        assertFalse(ask("/metrics").contains("upstream=\"corp\""));
        assertNull(header(gateway.post(Gateway.PLAIN), "x-caravan-failover"));
    }

    @Test
    void oneThatComesBackServesAgain() throws IOException {
        for (int i = 0; i < 3; i++) {
            writes(CORP.replace("v1\n", "v1/\n".repeat(1)));
            await().until(() -> status("corp-x") == 200);
            writes("routes: {x" + i + ": anthropic}\n");
            await().until(() -> status("corp-x") == 404);
        }
    }
}
