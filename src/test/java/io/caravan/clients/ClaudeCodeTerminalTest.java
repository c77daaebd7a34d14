/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The real Claude Code as a person sees it, in auto mode on a terminal's screen. */
@Tag("clients")
class ClaudeCodeTerminalTest {

    static final List<String> LANES = Stream.concat(Stream.of("AZURE_DATABRICKS"), Gateway.CHAT.stream()).toList();

    private static final String CHECKED = "please\n@call Bash {\"command\":\"python3 -c 1\",\"description\":\"d\"}\nnow";
    private static final String DIALOG = "Auto mode can't check actions in this session";

    private static final String RULES = """
            default: unavailable
            judge:
              model: claude-haiku-4-5
              timeout: 10s
            rules:
              - name: speak
                tool: Bash
                when: {command: ["python3 *"]}
                verdict: allow
              - name: forbidden
                tool: Bash
                when: {command: ["touch *"]}
                verdict: deny
                text: The operator of this gateway forbids it.
              - name: doubtful
                tool: Bash
                when: {command: ["mkdir *"]}
                verdict: judge
            """;

    @TempDir
    Path work;

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void saysHi(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend); Terminal terminal = ClaudeCode.in(work).open(gateway)) {
            terminal.shows("auto mode on");
            terminal.enter("say hi");
            terminal.shows("Hi! You said: say hi");
        }
    }

    @ParameterizedTest
    @FieldSource("LANES")
    void rulesDecideWithoutADialog(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend, "TOOL_REVIEW_PATH=" + rules());
                Terminal terminal = ClaudeCode.in(work).open(gateway)) {
            terminal.shows("auto mode on");
            terminal.enter("""
                    please
                    @call Bash {"command":"python3 -c \\"print(6*7)\\"","description":"d"}
                    @call Bash {"command":"touch forbidden.txt","description":"d"}
                    @call Bash {"command":"mv no-rule.txt other.txt","description":"d"}
                    now""");
            String screen = terminal.shows("Done: 3 tool results.", "1: 42",
                    "1 action blocked by auto mode", "Auto mode: The operator of this gateway forbids it.",
                    "auto mode's check had no usable answer");
            assertFalse(screen.contains(DIALOG), screen);
            assertFalse(Files.exists(work.resolve("forbidden.txt")), screen);
        }
    }

    /** The judge is the only one who is asked without tools; its answer is the simulated upstream's. */
    @Test
    void theJudgeAllows() throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "TOOL_REVIEW_PATH=" + rules());
                Terminal terminal = ClaudeCode.in(work).open(gateway)) {
            gateway.upstream((request, reply) -> {
                if (!request.json().path("model").asText().contains("haiku")) {
                    return false;
                }
                reply.status(200).header("content-type", "application/json").send("""
                        {"id":"msg_judge","type":"message","role":"assistant","model":"m","stop_reason":"end_turn",
                        "content":[{"type":"text","text":"{\\"verdict\\":\\"allow\\"}"}],
                        "usage":{"input_tokens":1,"output_tokens":1}}""".getBytes(StandardCharsets.UTF_8));
                return true;
            });
            terminal.shows("auto mode on");
            terminal.enter("please\n@call Bash {\"command\":\"mkdir judged\",\"description\":\"d\"}\nnow");
            String screen = terminal.shows("Done: 1 tool results.");
            assertTrue(Files.isDirectory(work.resolve("judged")), screen);
        }
    }

    /** Nobody answers, and the client's feature flags are off. */
    @ParameterizedTest
    @FieldSource("LANES")
    void withoutRulesADialogNamesTheGateway(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend); Terminal terminal = ClaudeCode.in(work).open(gateway)) {
            terminal.shows("auto mode on");
            terminal.enter(CHECKED);
            terminal.shows(DIALOG, "Your requests go through " + gateway.url().getAuthority(), "ask whoever runs your gateway");
            terminal.confirm("Enter to stay in auto mode");
            terminal.shows("Do you want to proceed?");
        }
    }

    /** The client asks its own classifier; the simulator's answer to that is no verdict. */
    @ParameterizedTest
    @FieldSource("LANES")
    void toldNotToAskTheClientChecksByItself(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend);
                Terminal terminal = ClaudeCode.in(work).open(gateway, "CLAUDE_CODE_AUTO_MODE_SERVER", "0")) {
            terminal.shows("auto mode on");
            terminal.enter(CHECKED);
            String screen = terminal.shows("Done: 1 tool results.", "auto mode's check had no usable answer");
            assertFalse(screen.contains(DIALOG), screen);
            assertEquals(1, gateway.simulator().requests().stream().map(RecordedRequest::json)
                    .filter(body -> body.path("max_tokens").asInt() == 64).count());
        }
    }

    @Test
    void statusShowsTheGateway() throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS"); Terminal terminal = ClaudeCode.in(work).open(gateway)) {
            terminal.shows("auto mode on");
            terminal.enter("/status");
            terminal.shows("Anthropic base URL", gateway.url().toString());
        }
    }

    @Test
    void doctorEndsWell() throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            Run run = ClaudeCode.in(work).run(gateway, "doctor");
            assertEquals(0, run.exitCode(), run::toString);
        }
    }

    private Path rules() throws IOException {
        return Files.writeString(work.resolve("tool-review.yaml"), RULES);
    }
}
