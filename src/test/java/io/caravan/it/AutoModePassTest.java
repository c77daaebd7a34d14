/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client in auto mode whose upstream answers, or nobody, or a page of the team's own. */
@DisplayName("Auto mode, passed on, off, or decided by a page of one's own (5.16; M54)")
class AutoModePassTest {

    private static final String SAFEGUARDS = "\"safeguards\":[{\"type\":\"dangerous_tool_use\",\"classifier_context\":{\"a\": 1.0}}],";
    private static final String STREAM = Gateway.STREAM.replaceFirst("\\{", "{" + SAFEGUARDS);
    private static final String BETA = "dangerous-tool-use-2026-09-03";

    private static String verdicts(String uses) {
        return "\"safeguard_results\":[{\"type\":\"dangerous_tool_use\",\"status\":{\"type\":\"available\",\"tool_uses\":{" + uses
                + "}}}]";
    }

    private static final String FLAGGED = "{\"type\":\"evaluated\",\"outcome\":\"flagged\",\"explanation\":\"theirs\"}";
    private static final String NOT_FLAGGED = "{\"type\":\"evaluated\",\"outcome\":\"not_flagged\"}";
    private static final String OURS = "{\"type\":\"evaluated\",\"outcome\":\"flagged\",\"explanation\":\"ours\"}";

    private static String delta(String uses) {
        return Wire.event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"," + verdicts(uses)
                + "},\"usage\":{\"output_tokens\":7}}");
    }

    private static String toolUse(int index, String id, String tool) {
        return Wire.event("content_block_start", "{\"type\":\"content_block_start\",\"index\":" + index
                + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"" + tool + "\",\"input\":{\"command\":\"x\"}}}")
                + Wire.event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
    }

    private static final String TOOLS = toolUse(0, "r", "Read") + toolUse(1, "b", "Bash") + toolUse(2, "o", "Other");

    private static void answers(Gateway gateway, String... events) {
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, events);
            return true;
        });
    }

    @ParameterizedTest
    @CsvSource({"ANTHROPIC,", "AZURE_DATABRICKS,DATABRICKS_SAFEGUARDS=pass", "OPENROUTER,OPENROUTER_SAFEGUARDS=pass",
        "LITELLM_MESSAGES,LITELLM_SAFEGUARDS=pass"})
    void theUpstreamAnswersWhereItIsTo(String backend, String setting) {
        try (Gateway gateway = setting == null ? Gateway.start(backend) : Gateway.start(backend, setting)) {
            String delta = delta("\"b\":" + FLAGGED);
            answers(gateway, Wire.START, TOOLS, delta, Wire.MESSAGE_STOP);
            assertTrue(gateway.post(STREAM, "anthropic-beta", BETA).body().contains(delta));
            RecordedRequest sent = gateway.received();
            assertEquals(1.0, sent.json().path("safeguards").path(0).path("classifier_context").path("a").asDouble());
            assertTrue(new String(sent.body()).contains(SAFEGUARDS), "as it came");
            assertEquals(BETA, sent.header("anthropic-beta"));

            String json = "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"x\",\"content\":[]," + verdicts("")
                    + ",\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
            gateway.upstream((request, reply) -> {
                reply.status(200).header("content-type", "application/json").send(Wire.utf8(json));
                return true;
            });
            assertTrue(gateway.post(STREAM.replace(",\"stream\":true", "")).body().contains(verdicts("")));
            String events = gateway.post(STREAM).body();
            assertTrue(events.contains("\"delta\":{") && events.contains(verdicts("")), events);
            assertFalse(events.lines().anyMatch(line -> line.contains("message_start") && line.contains("safeguard")), events);
        }
    }

    @Test
    void besideTheUpstreamADenialHoldsAndAnAllowLiftsNothing(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("r.yaml"), """
                rules:
                  - {name: r, tool: Read, verdict: allow}
                  - {name: b, tool: Bash, verdict: deny, text: ours}
                default: unavailable
                """);
        try (Gateway gateway = Gateway.start("ANTHROPIC", "TOOL_REVIEW_PATH=" + rules)) {
            answers(gateway, Wire.START, TOOLS, delta("\"r\":" + FLAGGED + ",\"b\":" + NOT_FLAGGED + ",\"o\":" + NOT_FLAGGED),
                    Wire.MESSAGE_STOP);
            assertTrue(gateway.post(STREAM).body()
                    .contains(delta("\"r\":" + FLAGGED + ",\"b\":" + OURS + ",\"o\":" + NOT_FLAGGED)));

            answers(gateway, Wire.START, TOOLS, Wire.event("message_delta", "{\"type\":\"message_delta\",\"delta\":"
                    + "{\"stop_reason\":\"tool_use\",\"safeguard_results\":[{\"type\":\"dangerous_tool_use\",\"status\":"
                    + "{\"type\":\"unavailable\",\"reason\":\"error\"}}]}}"), Wire.MESSAGE_STOP);
            String body = gateway.post(STREAM).body();
            assertTrue(body.contains("\"r\":" + NOT_FLAGGED + ",\"b\":" + OURS), body);
        }
    }

    @Test
    void ofSeveralDeltasTheLastBearsThem(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("r.yaml"), "rules:\n  - {name: b, tool: Bash, verdict: deny, text: ours}\ndefault: unavailable\n");
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "TOOL_REVIEW_PATH=" + rules)) {
            String early = Wire.event("message_delta", "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":1}}");
            answers(gateway, Wire.START, early, TOOLS, early, Wire.PING, Wire.MESSAGE_DELTA, Wire.PING, Wire.MESSAGE_STOP);
            String body = gateway.post(STREAM).body();
            assertEquals(2, body.split(java.util.regex.Pattern.quote(early), -1).length - 1, body);
            assertTrue(body.endsWith(Wire.PING + Wire.MESSAGE_STOP), body);
            assertEquals(1, body.split("safeguard_results", -1).length - 1, body);

            // no message_stop: the end of the stream tells as well
            answers(gateway, Wire.START, TOOLS, Wire.MESSAGE_DELTA);
            assertTrue(gateway.post(STREAM).body().contains("\"b\":" + OURS));
        }
    }

    @ParameterizedTest
    @CsvSource({"ANTHROPIC,ANTHROPIC_SAFEGUARDS=off", "AZURE_DATABRICKS,DATABRICKS_SAFEGUARDS=off", "AZURE_DATABRICKS,DATABRICKS_STRIP="})
    void whereNobodyIsToAnswerNothingLeaves(String backend, String setting) {
        try (Gateway gateway = Gateway.start(backend, setting)) {
            answers(gateway, Wire.START, TOOLS, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
            assertFalse(gateway.post(STREAM, "anthropic-beta", BETA).body().contains("safeguard_results"));
            RecordedRequest sent = gateway.received();
            assertFalse(new String(sent.body()).contains("safeguards"));
            assertEquals(null, sent.header("anthropic-beta"));
        }
    }

    @Test
    void aTeamsPageDecidesAndOneThatFailsLetsNothingRun(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("r.yaml"), "rules: []\ndefault: unavailable\n");
        String page = """
                - route:
                    id: review-tool
                    from:
                      uri: direct:review-tool
                      steps:
                        - choice:
                            when:
                              - simple: "${variable.tool} == 'Other'"
                                steps:
                                  - throwException: {exceptionType: java.lang.IllegalStateException, message: no}
                              - simple: "${variable.tool} == 'Read'"
                                steps:
                                  - setVariable: {name: verdict, constant: allow}
                            otherwise:
                              steps:
                                - setVariable: {name: verdict, constant: deny}
                                - setVariable: {name: rule, constant: mine}
                                - setVariable: {name: text, simple: "${variable.tool} ${variable.session} ${variable.model} ${body}"}
                """;
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "TOOL_REVIEW_PATH=" + rules,
                "routes/review-tools.camel.yaml=" + page)) {
            answers(gateway, Wire.START, TOOLS, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
            String body = gateway.post(STREAM, "x-claude-code-session-id", "s-1").body();
            assertTrue(body.contains("\"r\":" + NOT_FLAGGED), body);
            assertTrue(body.contains("\"explanation\":\"Bash s-1 " + Gateway.MODEL + " {\\\"command\\\":\\\"x\\\"}\""), body);
            assertTrue(body.contains("\"o\":{\"type\":\"unavailable\",\"reason\":\"error\"}"), body);
        }
    }
}
