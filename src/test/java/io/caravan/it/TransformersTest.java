/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.Caravan;
import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes that see each event of a backend's streams (5.10). */
@Timeout(120)
class TransformersTest {

    private static final String PAGE = """
            - route:
                id: mask
                from:
                  uri: direct:mask
                  steps:
                    - setBody: {simple: "${bodyAs(String).replaceAll('secret', '[masked]')}"}
            - route:
                id: no-pings
                from:
                  uri: direct:no-pings
                  steps:
                    - choice:
                        when:
                          - simple: "${body} contains 'drop me'"
                            steps:
                              - setBody: {constant: ""}
            - route:
                id: failing
                from:
                  uri: direct:failing
                  steps:
                    - throwException: {message: "no", exceptionType: java.lang.IllegalStateException}
            """;

    private static Gateway start(String backend, String transformers) {
        return Gateway.start(backend, "PROXY_TRANSFORMERS=" + transformers, "routes/team.camel.yaml=" + PAGE);
    }

    @Test
    void theyChangeAnEventAndLeaveOneOutOnTheByteLane() {
        try (Gateway gateway = start("AZURE_DATABRICKS", "databricks=mask|no-pings")) {
            gateway.upstream((request, reply) -> {
                Wire.stream(reply, Wire.message("a secret", "drop me", "the end").toArray(String[]::new));
                return true;
            });
            HttpResponse<String> answer = gateway.post(Gateway.STREAM);
            String expected = String.join("", Wire.message("a [masked]", "the end"));
            assertEquals(Wire.asSeen(expected), answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABRICKS_INVOCATIONS", "OPENROUTER_CHAT"})
    void theySeeTheClientsEventsOnTheConvertingLane(String backend) {
        try (Gateway gateway = start(backend, "databricks=mask,openrouter=mask")) {
            gateway.upstream((request, reply) -> {
                reply.startStream();
                for (String event : ChatWire.answer("a secret", " told")) {
                    reply.chunk(Wire.utf8(event));
                }
                reply.endStream();
                return true;
            });
            String body = gateway.post(Gateway.STREAM).body();
            assertTrue(body.contains("a [masked]") && body.contains("message_stop"), body);
            assertFalse(body.contains("secret"), body);
            String chat = gateway.chat(ChatWire.STREAM).body();
            assertTrue(chat.contains("a [masked]") && chat.contains("[DONE]"), chat);
        }
    }

    @Test
    void otherBackendsAndJsonAnswersAreLeftAlone() {
        try (Gateway gateway = start("AZURE_DATABRICKS", "openrouter=failing")) {
            assertTrue(gateway.post(Gateway.STREAM).body().contains("message_stop"));
        }
        try (Gateway gateway = start("AZURE_DATABRICKS", "databricks=failing")) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        }
    }

    @Test
    void whereOneFailsNothingUnseenGoesOut() {
        try (Gateway gateway = start("AZURE_DATABRICKS", "databricks=failing")) {
            HttpResponse<String> answer = gateway.post(Gateway.STREAM);
            assertEquals(500, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("The gateway failed on this request"), answer.body());
        }
    }

    private static final String ENTRY =
            "backends: [{name: corp, api: messages, url: \"${SIMULATOR}\", token: t, transformers: [%s]}]\n";

    private static String answer(Gateway gateway) {
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, Wire.message("a secret", "drop me", "the end").toArray(String[]::new));
            return true;
        });
        return gateway.post(Gateway.STREAM.replace(Gateway.MODEL, "corp," + Gateway.MODEL)).body();
    }

    @Test
    void aBackendOfOnesOwnNamesThemAndCanBeEdited() throws IOException {
        try (LoggedLines lines = LoggedLines.of("io.caravan"); Gateway gateway = Gateway.start("AZURE_DATABRICKS",
                "PROXY_TRANSFORMERS=corp=failing", "routes/team.camel.yaml=" + PAGE, "config.yaml=" + ENTRY.formatted("mask, no-pings"))) {
            String body = answer(gateway);
            assertTrue(body.contains("a [masked]") && body.contains("the end"), body);
            assertFalse(body.contains("secret") || body.contains("drop me"), body);

            Path config = gateway.directory().resolve("config.yaml");
            Files.writeString(config, ENTRY.formatted("nobody"));
            await().atMost(Gateway.PATIENCE).until(() -> lines.all().stream().anyMatch(line -> line.contains("direct:nobody")));
            assertTrue(answer(gateway).contains("a [masked]"));

            Files.writeString(config, ENTRY.formatted("no-pings"));
            await().atMost(Gateway.PATIENCE).until(() -> answer(gateway).contains("a secret"));
            assertFalse(answer(gateway).contains("drop me"));
        }
    }

    @Test
    void whatNoPageHasStopsTheStart() {
        String said = assertThrows(Caravan.StartFailure.class, () ->
                Gateway.start("AZURE_DATABRICKS", "config.yaml=" + ENTRY.formatted("nobody")).close()).getMessage();
        assertTrue(said.contains("corp") && said.contains("direct:nobody"), said);
        assertTrue(assertThrows(Caravan.StartFailure.class, () -> start("AZURE_DATABRICKS", "databricks=nobody").close()).getMessage()
                .contains("direct:nobody"));
        assertThrows(SettingsException.class, () -> start("AZURE_DATABRICKS", "nowhere=mask").close());
    }
}
