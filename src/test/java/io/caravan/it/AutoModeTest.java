/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The gateway answers a client in auto mode: each lane, each form of answer, and what becomes of the rest of the stream. */
@DisplayName("Auto mode, answered by the gateway (5.16; M54)")
class AutoModeTest {

    private static final String RULES = """
            rules:
              - {name: reading, tool: Read, verdict: allow}
              - {name: no-shell, tool: Bash, verdict: deny, text: "No shell here."}
              - {name: ask-first, tool: Write, verdict: judge}
            default: unavailable
            judge: {model: claude-haiku-4-5, timeout: 2s, max_tokens: 150}
            """;
    static final String PRIVATE = "/home/private-folder";
    private static final String SAFEGUARDS = "\"safeguards\":[{\"type\":\"dangerous_tool_use\",\"classifier_context\":"
            + "{\"home\":\"" + PRIVATE + "\"}}],";
    private static final String BETA = "dangerous-tool-use-2026-09-03";

    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();
    private static final CountDownLatch NO_WAIT = new CountDownLatch(0);

    private static String judgeSays = "";
    private static CountDownLatch judgeMay = NO_WAIT;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        for (String backend : Gateway.ALL) {
            GATEWAYS.put(backend, Gateway.start(backend, "TOOL_REVIEW_PATH=" + rules, "TOOL_REVIEW_TIMEOUT=5s",
                    "ANTHROPIC_SAFEGUARDS=answer"));
        }
    }

    @AfterAll
    static void stop() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    @AfterEach
    void judgeAtOnce() {
        judgeSays = "";
        judgeMay.countDown();
        judgeMay = NO_WAIT;
    }

    static Stream<String> backends() {
        return Gateway.ALL.stream();
    }

    private record Use(String id, String tool, String input) {
    }

    private static final List<Use> USES = List.of(new Use("toolu_1", "Read", "{\"file_path\":\"/p/a.txt\"}"),
            new Use("toolu_2", "Bash", "{\"command\":\"echo \\\"\u00e9\\\" && rm -rf ~\"}"),
            new Use("toolu_3", "Other", "{}"));

    private static boolean isChat(String backend) {
        return Gateway.CHAT.contains(backend);
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A stream of the upstream with a text and these tool uses, each input in two pieces. */
    private static String[] events(boolean chat, List<Use> uses) {
        Stream.Builder<String> events = Stream.builder();
        if (chat) {
            events.add(ChatWire.ROLE).add(ChatWire.text("Well."));
            for (int i = 0; i < uses.size(); i++) {
                Use use = uses.get(i);
                events.add(ChatWire.chunk("\"tool_calls\":[{\"index\":" + i + ",\"id\":\"" + use.id + "\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"" + use.tool + "\",\"arguments\":" + quoted(use.input.substring(0, 1)) + "}}]", null));
                events.add(ChatWire.chunk("\"tool_calls\":[{\"index\":" + i + ",\"function\":{\"arguments\":"
                        + quoted(use.input.substring(1)) + "}}]", null));
            }
            events.add(ChatWire.chunk("", "tool_calls")).add(ChatWire.USAGE).add(ChatWire.DONE);
        } else {
            events.add(Wire.START).add(Wire.BLOCK_START).add(Wire.text("Well.")).add(Wire.BLOCK_STOP);
            for (int i = 0; i < uses.size(); i++) {
                toolUse(events, i + 1, uses.get(i));
            }
            events.add(Wire.MESSAGE_DELTA.replace("end_turn", "tool_use")).add(Wire.MESSAGE_STOP);
        }
        return events.build().toArray(String[]::new);
    }

    private static void toolUse(Stream.Builder<String> events, int index, Use use) {
        events.add(Wire.event("content_block_start", "{\"type\":\"content_block_start\",\"index\":" + index
                + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"" + use.id + "\",\"name\":\"" + use.tool + "\",\"input\":{}}}"));
        for (String piece : List.of(use.input.substring(0, 1), use.input.substring(1))) {
            events.add(Wire.event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":" + index
                    + ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":" + quoted(piece) + "}}"));
        }
        events.add(Wire.event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}"));
    }

    private static String whole(boolean chat, List<Use> uses) {
        Stream<String> blocks = uses.stream().map(use -> chat
                ? "{\"id\":\"" + use.id + "\",\"type\":\"function\",\"function\":{\"name\":\"" + use.tool + "\",\"arguments\":"
                        + quoted(use.input) + "}}"
                : "{\"type\":\"tool_use\",\"id\":\"" + use.id + "\",\"name\":\"" + use.tool + "\",\"input\":" + use.input + "}");
        String joined = String.join(",", blocks.toList());
        return chat ? ChatWire.completion(",\"content\":null,\"tool_calls\":[" + joined + "]", "tool_calls")
                : message(joined, "tool_use");
    }

    private static String message(String content, String reason) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"" + Wire.UPSTREAM_MODEL
                + "\",\"content\":[" + content + "],\"stop_reason\":\"" + reason + "\",\"stop_sequence\":null,\"usage\":"
                + "{\"input_tokens\":12,\"output_tokens\":7}}";
    }

    private static boolean isJudges(RecordedRequest request) {
        return request.json().toString().contains("You check single actions");
    }

    private static void judge(boolean chat, Reply reply) throws IOException {
        try {
            judgeMay.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String body = chat ? ChatWire.completion(",\"content\":" + quoted(judgeSays), "stop")
                : message("{\"type\":\"text\",\"text\":" + quoted(judgeSays) + "}", "end_turn");
        reply.status(200).header("content-type", "application/json").send(Wire.utf8(body));
    }

    private static Gateway answering(String backend, List<Use> uses) {
        Gateway gateway = GATEWAYS.get(backend);
        boolean chat = isChat(backend);
        gateway.upstream((request, reply) -> {
            if (isJudges(request)) {
                judge(chat, reply);
            } else if (request.json().path("stream").asBoolean()) {
                Wire.stream(reply, events(chat, uses));
            } else {
                reply.status(200).header("content-type", "application/json").send(Wire.utf8(whole(chat, uses)));
            }
            return true;
        });
        return gateway;
    }

    private static String asking(String request) {
        return request.replaceFirst("\\{", "{" + SAFEGUARDS);
    }

    /** The results in the last message_delta of a stream. */
    private static JsonNode results(String stream) {
        String delta = stream.lines().filter(line -> line.startsWith("data: ") && line.contains("\"message_delta\""))
                .reduce((one, other) -> other).orElseThrow();
        return FaultsRequestTest.json(delta.substring(6)).path("delta").path("safeguard_results");
    }

    private static JsonNode uses(JsonNode results) {
        assertEquals(1, results.size(), results.toString());
        assertEquals("dangerous_tool_use", results.path(0).path("type").asText());
        assertEquals("available", results.path(0).path("status").path("type").asText());
        return results.path(0).path("status").path("tool_uses");
    }

    private static void assertDecided(JsonNode results) {
        JsonNode uses = uses(results);
        assertEquals("{\"type\":\"evaluated\",\"outcome\":\"not_flagged\"}", uses.path("toolu_1").toString());
        assertEquals("{\"type\":\"evaluated\",\"outcome\":\"flagged\",\"explanation\":\"No shell here.\"}",
                uses.path("toolu_2").toString());
        assertEquals("unavailable", uses.path("toolu_3").path("type").asText());
        assertEquals(3, uses.size());
    }

    private static String without(String body, JsonNode results) {
        String member = "\"safeguard_results\":" + results;
        assertTrue(body.contains(member), body);
        return body.replace("," + member, "").replace(member, "");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aStreamBearsTheVerdictsInItsLastDeltaAndIsElseTheSame(String backend) {
        Gateway gateway = answering(backend, USES);
        String plain = gateway.post(Gateway.STREAM).body();
        assertFalse(plain.contains("safeguard_results"));
        String reviewed = gateway.post(asking(Gateway.STREAM), "anthropic-beta", BETA).body();

        JsonNode results = results(reviewed);
        assertDecided(results);
        assertEquals(plain, without(reviewed, results));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aMessageBearsThemAtItsTop(String backend) {
        Gateway gateway = answering(backend, USES);
        String plain = gateway.post(Gateway.PLAIN).body();
        String reviewed = gateway.post(asking(Gateway.PLAIN), "anthropic-beta", BETA).body();

        JsonNode results = FaultsRequestTest.json(reviewed).path("safeguard_results");
        assertDecided(results);
        assertEquals(plain, without(reviewed, results));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void anAnswerWithoutToolUsesHasNoneInIt(String backend) {
        Gateway gateway = answering(backend, List.of());
        assertEquals("{}", uses(results(gateway.post(asking(Gateway.STREAM)).body())).toString());
        assertEquals("{}", uses(FaultsRequestTest.json(gateway.post(asking(Gateway.PLAIN)).body()).path("safeguard_results")).toString());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theContextStaysHere(String backend) {
        Gateway gateway = answering(backend, USES);
        gateway.post(asking(Gateway.STREAM), "anthropic-beta", BETA + ",effort-2025-11-24");
        gateway.send(gateway.request(Wire.utf8(asking(Gateway.PLAIN))).uri(gateway.url().resolve("/v1/messages/count_tokens"))
                .header("anthropic-beta", BETA).build(), java.net.http.HttpResponse.BodyHandlers.ofString());
        for (RecordedRequest sent : gateway.simulator().requests()) {
            String body = new String(sent.body(), StandardCharsets.UTF_8);
            assertFalse(body.contains("safeguards") || body.contains(PRIVATE), body);
            assertFalse(String.valueOf(sent.header("anthropic-beta")).contains("dangerous"), sent.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theJudgeDecidesWhatNoRuleDoes(String backend) {
        List<Use> write = List.of(new Use("toolu_9", "Write", "{\"file_path\":\"/p/x\",\"content\":\"hi\"}"));
        Gateway gateway = answering(backend, write);
        judgeSays = "{\"verdict\":\"allow\"}";
        assertEquals("not_flagged", uses(results(gateway.post(asking(Gateway.STREAM)).body())).path("toolu_9").path("outcome").asText());

        RecordedRequest asked = gateway.simulator().requests().stream().filter(AutoModeTest::isJudges).findFirst().orElseThrow();
        assertTrue(asked.json().toString().contains("/p/x"));
        assertFalse(asked.json().toString().contains(PRIVATE));
        assertFalse(asked.json().path("stream").asBoolean());

        judgeSays = "{\"verdict\":\"deny\",\"reason\":\"It overwrites a file.\"}";
        assertEquals("{\"type\":\"evaluated\",\"outcome\":\"flagged\",\"explanation\":\"It overwrites a file.\"}",
                uses(results(gateway.post(asking(Gateway.STREAM)).body())).path("toolu_9").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"allow", "Sure: {\"verdict\":\"allow\"}", "{\"verdict\":\"allow\"} {\"verdict\":\"allow\"}",
        "{\"verdict\":\"ALLOW\"}", "{\"verdict\":true}", "{\"verdict\":\"allow\",\"then\":1}", "[{\"verdict\":\"allow\"}]",
        "{\"verdict\":\"deny\",\"verdict\":\"allow\"}", "{}", "null"})
    void whatIsNotExactlyAVerdictIsNone(String said) {
        Gateway gateway = answering("AZURE_DATABRICKS", List.of(new Use("toolu_9", "Write", "{\"a\":1}")));
        judgeSays = said;
        assertEquals("{\"type\":\"unavailable\",\"reason\":\"error\"}",
                uses(results(gateway.post(asking(Gateway.STREAM)).body())).path("toolu_9").toString());
    }

    @Test
    void aLateJudgeIsNoneAndDelaysOnlyTheEnd() throws IOException {
        Gateway gateway = answering("AZURE_DATABRICKS", List.of(new Use("toolu_9", "Write", "{\"a\":1}")));
        judgeMay = new CountDownLatch(1);
        double before = MetricsTest.value(gateway, "caravan_tool_reviews_total{verdict=\"unavailable\"");
        try (RawClient client = gateway.connect().post(asking(Gateway.STREAM))) {
            long begun = System.nanoTime();
            client.readHead();
            String name = "";
            while (!name.equals("content_block_stop")) {
                name = client.readEventName();
            }
            for (int i = 0; i < 4; i++) {
                name = client.readEventName();
            }
            assertEquals("content_block_stop", name);
            assertTrue(System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(1900), "all but the end goes out at once");
            String delta = client.readEvent();
            assertTrue(delta.contains("{\"type\":\"unavailable\",\"reason\":\"timeout\"}"), delta);
        }
        assertEquals(before + 1, MetricsTest.value(gateway, "caravan_tool_reviews_total{verdict=\"unavailable\""));
    }

    @Test
    void verdictsAreCounted() {
        Gateway gateway = answering("OPENROUTER", USES);
        double allowed = MetricsTest.value(gateway, "caravan_tool_reviews_total{verdict=\"allowed\"");
        double denied = MetricsTest.value(gateway, "caravan_tool_reviews_total{verdict=\"denied\"");
        gateway.post(asking(Gateway.STREAM));
        assertEquals(allowed + 1, MetricsTest.value(gateway, "caravan_tool_reviews_total{verdict=\"allowed\""));
        assertEquals(denied + 1, MetricsTest.value(gateway, "caravan_tool_reviews_total{verdict=\"denied\""));
    }

    @Test
    void verdictsAreLoggedWithTheirRuleAndNeverTheInput(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("tool-review.yaml"), RULES);
        try (Simulator upstream = Simulator.start();
                LogsTest.Running running = LogsTest.Running.start(directory, upstream, "TOOL_REVIEW_PATH=" + rules)) {
            upstream.respondWith((request, reply) -> {
                Wire.stream(reply, events(false, USES));
                return true;
            });
            running.post(asking(Gateway.STREAM), "x-correlation-id", "auto-1");
            List<JsonNode> lines = running.linesOf("auto-1");
            assertEquals(List.of("Read allowed false reading", "Bash denied true no-shell", "Other unavailable false default"),
                    lines.stream().filter(line -> line.path("event").asText().equals("tool reviewed"))
                            .map(line -> String.join(" ", line.path("tool").asText(), line.path("verdict").asText(),
                                    line.path("flagged").asText(), line.path("rule").asText()))
                            .sorted(java.util.Comparator.comparingInt(AutoModeTest::order)).toList());
            String console = Files.readString(running.console());
            assertFalse(console.contains("rm -rf") || console.contains(PRIVATE) || console.contains("a.txt"), console);
        }
    }

    private static int order(String line) {
        return USES.stream().map(Use::tool).toList().indexOf(line.split(" ")[0]);
    }

    @Test
    void onlyWhoAsksIsAnswered() {
        Gateway gateway = answering("AZURE_DATABRICKS", USES);
        for (String other : List.of("\"safeguards\":[],", "\"safeguards\":[{\"type\":\"another\"}],", "\"safeguards\":null,")) {
            String body = gateway.post(Gateway.STREAM.replaceFirst("\\{", "{" + other)).body();
            assertFalse(body.contains("safeguard_results"), body);
        }
        assertFalse(gateway.chat(ChatWire.STREAM).body().contains("safeguard_results"));
    }
}
