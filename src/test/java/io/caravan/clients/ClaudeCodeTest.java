package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.RecordedRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real Claude Code, headless, through the gateway to each backend as the simulator plays it (cases M82, M83). What
 * it sent stays under {@code target/}.
 */
@Tag("clients")
class ClaudeCodeTest {

    private static Path claude;

    @TempDir
    Path work;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT) + "-" + System.getProperty("os.arch");
        assumeTrue(system.equals("linux-amd64"), "Claude Code is run on linux-x64 only; this is " + system);
        claude = NpmPackage.install("@anthropic-ai/claude-code", System.getProperty("claude-code.version"))
                .resolve("@anthropic-ai/claude-code-linux-x64/claude");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AZURE_DATABRICKS", "OPENROUTER", "LITELLM_MESSAGES", "ANTHROPIC"})
    void saysHi(String backend) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = claude(gateway, "say hi");
            keep(gateway, backend + "-hi");
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("Hi! You said: say hi"), run::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AZURE_DATABRICKS", "OPENROUTER", "LITELLM_MESSAGES", "ANTHROPIC"})
    void runsAToolLoopWithAnImageAndAMissingFile(String backend) throws IOException, InterruptedException {
        Files.writeString(work.resolve("note.txt"), "a note in a file\n");
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", work.resolve("picture.png").toFile());
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = claude(gateway, """
                    a tool loop
                    @call Read {"file_path":"%1$s/note.txt"}
                    @call Bash {"command":"echo out of bash"}
                    @call Read {"file_path":"%1$s/picture.png"}
                    @call Read {"file_path":"%1$s/missing.txt"}""".formatted(work));
            keep(gateway, backend + "-loop");
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("Done: 4 tool results."), run::toString);
            assertTrue(run.output().contains("a note in a file"), run::toString);
            assertTrue(run.output().contains("out of bash"), run::toString);
            assertTrue(run.output().contains("[image"), run::toString);
            assertTrue(run.output().contains("[error]"), run::toString);
            assertEquals(5, gateway.simulator().requests().stream().filter(r -> r.method().equals("POST")).count());
        }
    }

    /** S42: deltas of one character each. */
    @Test
    void printsALongTextThatCameCharacterByCharacter() throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            Run run = claude(gateway, "go on\n@chars 5000");
            assertEquals(0, run.exitCode(), run::toString);
            assertEquals(5000, run.output().strip().length());
        }
    }

    /** Without knowing the client's own key, and with what Databricks refuses stripped or learned. */
    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "claude-sonnet-4-5", "databricks-claude-opus-4-6", "my-custom-model"})
    void anyModelNameWorksOnDatabricks(String model) throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            Run run = claude(gateway, "say hi", "ANTHROPIC_MODEL", model);
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("Hi! You said: say hi"), run::toString);
            for (RecordedRequest request : gateway.simulator().requests()) {
                assertFalse(request.headers().toString().contains("client-key"), "the client's key went upstream");
            }
        }
    }

    private Run claude(Gateway gateway, String prompt, String... more) throws IOException, InterruptedException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", Files.createDirectories(work.resolve("home")).toString());
        environment.put("ANTHROPIC_BASE_URL", gateway.url().toString());
        environment.put("ANTHROPIC_AUTH_TOKEN", "client-key");
        environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Run.of(List.of(claude.toString(), "--allowedTools", "Read,Bash", "-p", prompt), work, environment);
    }

    private static void keep(Gateway gateway, String name) throws IOException {
        Path directory = Files.createDirectories(Path.of("target/claude-code"));
        List<String> lines = new ArrayList<>();
        for (RecordedRequest request : gateway.simulator().requests()) {
            lines.add(request.method() + " " + request.target());
            request.headers().forEach(header -> lines.add(header.getKey() + ": " + header.getValue()));
            lines.add(new String(request.body(), java.nio.charset.StandardCharsets.UTF_8));
            lines.add("");
        }
        Files.write(directory.resolve(name + ".txt"), lines);
    }
}
