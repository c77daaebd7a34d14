/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of transformation of each chat backend, and what models take, are configuration. */
@DisplayName("rules and traits (5.9, 1.10)")
class ChatRulesTest {

    private static final String BODY = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":2000,\"temperature\":0.5,"
            + "\"stream\":true,"
            + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"tools\":[{\"name\":\"Read\",\"input_schema\":"
            + "{\"type\":\"object\"},\"cache_control\":{\"type\":\"ephemeral\"}}],\"tool_choice\":{\"type\":\"auto\","
            + "\"disable_parallel_tool_use\":true},\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"},"
                    + "{\"role\":\"assistant\","
            + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"foreign\"},{\"type\":\"text\","
                    + "\"text\":\"hi\"}]},"
            + "{\"role\":\"user\",\"content\":\"again\"}]}";
    private static final String RULES =
            "empty-content-null, cache-control, image-urls, thinking-history, parallel-tool-calls, stream-usage";

    @TempDir
    Path directory;

    /** Which of five rules' traces are in what an upstream gets. */
    private static String traces(Gateway gateway) {
        HttpResponse<String> answer = gateway.post(BODY);
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode sent = gateway.received().json();
        return (sent.findValue("cache_control") == null ? "" : "cache ")
                + (sent.toString().contains("foreign") ? "thinking " : "")
                + (sent.has("parallel_tool_calls") ? "parallel " : "") + (sent.has("stream_options") ? "usage" : "");
    }

    @ParameterizedTest
    @CsvSource({
        "DATABRICKS_INVOCATIONS,DATABRICKS_RULES=,cache thinking usage",
        "DATABRICKS_INVOCATIONS,DATABRICKS_RULES=none,''",
        "DATABRICKS_INVOCATIONS,'DATABRICKS_RULES=stream-usage, cache-control',cache usage",
        "OPENROUTER_CHAT,OPENROUTER_RULES=,cache thinking parallel usage",
        "OPENROUTER_CHAT,OPENROUTER_RULES=thinking-history,thinking ",
        "LITELLM_OPENROUTER,LITELLM_RULES=,cache thinking parallel usage",
        "LITELLM_OPENROUTER,LITELLM_RULES=parallel-tool-calls,parallel "})
    void aBackendsRulesAreASetting(String backend, String setting, String expected) {
        try (Gateway gateway = Gateway.start(backend, setting)) {
            assertEquals(expected.strip(), traces(gateway).strip());
        }
    }

    @Test
    void anOpenAiClientsEmptyContentAndImagesFollowThemToo() {
        String body = "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"},"
                + "{\"role\":\"assistant\","
                + "\"content\":\"\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"ok\"}]}";
        String image = "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\","
                + "\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"https://example.com/x.png\"}}]}]}";
        try (Gateway gateway = Gateway.start("OPENROUTER_CHAT")) {
            gateway.upstream((request, reply) -> {
                reply.header("content-type", "application/json").send(Wire.utf8("{\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}"));
                return true;
            });
            assertEquals(200, gateway.chat(body).statusCode());
            assertTrue(gateway.received().json().at("/messages/1/content").isTextual());
            assertEquals(200, gateway.chat(image).statusCode());
        }
        try (Gateway gateway = Gateway.start("OPENROUTER_CHAT", "OPENROUTER_RULES=empty-content-null")) {
            assertEquals(200, gateway.chat(body).statusCode());
            assertTrue(gateway.received().json().at("/messages/1/content").isNull());
            assertEquals(400, gateway.chat(image).statusCode());
        }
    }

    @ParameterizedTest
    @CsvSource({"DATABRICKS_INVOCATIONS,DATABRICKS_RULES", "OPENROUTER_CHAT,OPENROUTER_RULES",
            "LITELLM_OPENROUTER,LITELLM_RULES",
        "ANTHROPIC,DATABRICKS_RULES"})
    void anUnknownRuleStopsTheStart(String backend, String setting) {
        SettingsException refused =
                assertThrows(SettingsException.class, () -> Gateway.start(backend, setting
                        + "=cache-control,cache-contrl").close());
        assertEquals(1, refused.getMessage().lines().count());
        assertTrue(refused.getMessage().contains("cache-contrl") && refused.getMessage().contains(RULES),
                refused.getMessage());
    }

    @Test
    void aModelsTraitsAreItsRowInTheTable() throws IOException {
        Path table = Files.writeString(directory.resolve("models.yaml"), """
                databricks:
                  "*": "{model}"
                traits:
                  "small-*": {max-output: 777, sampling: no, thinking: none}
                  "foreign-*": {claude: no}
                  "*": {thinking: budget}
                """);
        try (Gateway gateway = Gateway.start("DATABRICKS_INVOCATIONS", "MODELS_PATH=" + table)) {
            HttpResponse<String> answer = gateway.post(BODY.replace("claude-sonnet-4-5", "small-one"));
            assertEquals(200, answer.statusCode(), answer.body());
            JsonNode small = gateway.received().json();
            assertEquals(777, small.path("max_tokens").asInt());
            assertFalse(small.has("temperature") || small.has("thinking"), small.toString());
            assertTrue(header(answer, "x-caravan-dropped").contains("temperature"), answer.headers().toString());
            gateway.post(BODY.replace("claude-sonnet-4-5", "foreign-one"));
            JsonNode foreign = gateway.received().json();
            assertFalse(foreign.toString().contains("foreign\"") || foreign.findValue("cache_control") != null,
                    foreign.toString());
            gateway.post(BODY);
            JsonNode other = gateway.received().json();
            assertEquals(2000, other.path("max_tokens").asInt());
            assertEquals(1024, other.at("/thinking/budget_tokens").asInt());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{max-output: many} | 4 | give a whole number", "{max-output: -1} | 4 | give a whole number",
                "{thinking: sometimes} | 4 | none, budget, adaptive, both",
        "{sampling: perhaps} | 4 | yes, no", "{tokenizer: newest} | 4 | old, new", "{max-outptu: 5} | 4 | max-output",
                "5 | 4 | map",
        "{claude: [yes]} | 4 | text"})
    void aBadTraitNamesItsLine(String traits, int line, String words) throws Exception {
        Path table = Files.writeString(directory.resolve("models.yaml"), "databricks:\n  \"*\": m\ntraits:\n  \"m*\": "
                + traits + "\n");
        SettingsException refused =
                assertThrows(SettingsException.class, () -> Gateway.start("DATABRICKS_INVOCATIONS", "MODELS_PATH="
                        + table).close());
        assertTrue(refused.getMessage().contains("models.yaml line " + line) && refused.getMessage().contains(words),
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"OPENROUTER_RULES=cache-contrl,cache-contrl", "MODELS_PATH=bad.yaml,bad.yaml line 2"})
    void configCheckSaysSoToo(String setting, String words) throws Exception {
        Files.writeString(directory.resolve("bad.yaml"), "traits:\n  m: {thinking: sometimes}\n");
        Process check = check(setting);
        assertTrue(check.waitFor(60, TimeUnit.SECONDS));
        String error = new String(check.getErrorStream().readAllBytes());
        assertEquals(2, check.exitValue(), error);
        assertTrue(error.contains(words), error);
    }

    private Process check(String setting) throws IOException {
        String classPath = List.of(System.getProperty("java.class.path").split(":")).stream()
                .map(entry -> Path.of(entry).toAbsolutePath().toString()).reduce((a, b) -> a + ":" + b).orElseThrow();
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath, "io.caravan.cli.CaravanCommand", "config", "check").directory(directory.toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("OPENROUTER_API", "chat");
        builder.environment().put(setting.split("=")[0], setting.split("=")[1]);
        return builder.start();
    }
}
