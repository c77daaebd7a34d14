/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.RecordedRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real Claude Code, headless, through the gateway to each backend as the simulator plays it (cases M82, M83). What
 * it sent stays under {@code target/}.
 */
@Tag("clients")
class ClaudeCodeTest {

    private static final List<String> MODELS =
            List.of("claude-opus-5-5", "claude-sonnet-4-5", "databricks-claude-opus-4-6", "my-custom-model");

    static final List<String> UNKNOWING = List.of("OPENROUTER", "OPENROUTER_CHAT", "LITELLM_OPENROUTER");

    @TempDir
    Path work;

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void saysHi(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = ClaudeCode.in(work).ask(gateway, "say hi");
            ClaudeCode.keep(gateway, backend + "-hi");
            assertSaidHi(run);
            assertEquals(1, gateway.simulator().requests().size());
            String sent = gateway.received().json().toString();
            assertTrue(sent.contains("# Environment"), "M05: the system message in the middle is lost");
            assertEquals(3, sent.split("\"cache_control\"", -1).length - 1);
        }
    }

    /** S37: the stream breaks inside its content, the client asks again with {@code stream:false}. */
    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void saysHiWithoutAStream(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = ClaudeCode.in(work).ask(gateway, "say hi",
                    "ANTHROPIC_MODEL", ClaudeCode.model(backend, "error-mid=api_error"), "MAX_THINKING_TOKENS", "0");
            ClaudeCode.keep(gateway, backend + "-plain");
            assertSaidHi(run);
            assertEquals(List.of(true, false), gateway.simulator().requests().stream()
                    .map(request -> request.json().path("stream").asBoolean()).toList());
        }
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void runsAToolLoopWithAnImageAndAMissingFile(String backend) throws IOException, InterruptedException {
        Files.writeString(work.resolve("note.txt"), "a note in a file\n");
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", work.resolve("picture.png").toFile());
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = ClaudeCode.in(work).ask(gateway, """
                    a tool loop
                    @call Read {"file_path":"%1$s/note.txt"}
                    @call Bash {"command":"echo out of bash"}
                    @call Read {"file_path":"%1$s/picture.png"}
                    @call Read {"file_path":"%1$s/missing.txt"}""".formatted(work));
            ClaudeCode.keep(gateway, backend + "-loop");
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("Done: 4 tool results."), run::toString);
            assertTrue(run.output().contains("a note in a file"), run::toString);
            assertTrue(run.output().contains("out of bash"), run::toString);
            assertTrue(run.output().contains("[image"), run::toString);
            assertTrue(run.output().contains("[error]") || run.output().contains("4: Error: "), run::toString);
            assertEquals(5, gateway.simulator().requests().stream().filter(r -> r.method().equals("POST")).count());
        }
    }

    /** 5.11: a server nobody here was made for, by eight lines that come while the gateway runs. */
    @Test
    void runsAToolLoopThroughABackendThatIsAddedMeanwhile() throws IOException, InterruptedException {
        Files.writeString(work.resolve("note.txt"), "a note in a file\n");
        try (Gateway gateway = Gateway.start("OPENROUTER")) {
            Files.writeString(gateway.directory().resolve("config.yaml"), """
                    backends:
                      - name: corp
                        api: chat
                        dialect: openai
                        url: %s/vllm/v1
                        token: %s
                    routes:
                      corp-*: corp
                    """.formatted(gateway.simulator().url(), Gateway.UPSTREAM_KEY));
            await().until(() ->
                    gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "corp-large")).statusCode() == 200);
            gateway.upstream(null);
            Run run = ClaudeCode.in(work).ask(gateway, "a tool loop\n@call Read {\"file_path\":\"" + work + "/note.txt\"}",
                    "ANTHROPIC_MODEL", "corp-large");
            ClaudeCode.keep(gateway, "corp-loop");
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("a note in a file"), run::toString);
            assertTrue(gateway.simulator().requests().stream().allMatch(request -> request.dialect().equals("vllm-chat")));
        }
    }

    /** S42: deltas of one character each. */
    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void printsALongTextThatCameCharacterByCharacter(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = ClaudeCode.in(work).ask(gateway, "go on\n@chars 5000");
            assertEquals(0, run.exitCode(), run::toString);
            assertEquals(5000, run.output().strip().length());
        }
    }

    /** Without knowing the client's own key, and with what an upstream refuses stripped or learned. */
    @ParameterizedTest
    @MethodSource("backendsAndModels")
    void anyModelNameWorks(String backend, String model) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = ClaudeCode.in(work).ask(gateway, "say hi", "ANTHROPIC_MODEL", model);
            ClaudeCode.keep(gateway, backend + "-" + model);
            assertSaidHi(run);
            for (RecordedRequest request : gateway.simulator().requests()) {
                assertFalse(request.headers().toString().contains("client-key"), "the client's key went upstream");
            }
        }
    }

    static Stream<Arguments> backendsAndModels() {
        return Gateway.ALL.stream().flatMap(backend -> MODELS.stream().filter(model -> known(backend, model))
                .map(model -> Arguments.of(backend, model)));
    }

    /** OpenRouter's tables have no row for every name. */
    private static boolean known(String backend, String model) {
        return !model.equals("my-custom-model") || !UNKNOWING.contains(backend);
    }

    /** E34: said at once, no upstream asked. */
    @ParameterizedTest
    @FieldSource("UNKNOWING")
    void aModelThatIsNotInTheTableIsShownAtOnce(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = ClaudeCode.in(work).ask(gateway, "say hi", "ANTHROPIC_MODEL", "my-custom-model");
            assertEquals(1, run.exitCode(), run::toString);
            assertTrue(run.output().contains("issue with the selected model (my-custom-model)"), run::toString);
            assertEquals(List.of(), gateway.simulator().requests());
        }
    }

    private static void assertSaidHi(Run run) {
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.output().contains("Hi! You said: say hi"), run::toString);
    }
}
