/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a user runs them: a process of its own, with an environment and a directory of its own. */
class CommandsTest {

    private record Ended(int code, String out, String err) {
    }

    @TempDir
    Path work;

    @Test
    void anUnknownBackendEndsTheStartWithCode2AndOneLine() throws Exception {
        Ended start = caravan(List.of("start"), "PROXY_BACKEND=NOPE");

        assertEquals(2, start.code);
        assertEquals(1, start.err.lines().count(), start.err);
        assertTrue(start.err.contains("NOPE") && start.err.contains("AZURE_DATABRICKS, OPENROUTER"), start.err);
    }

    @Test
    void anUnknownBackendEndsTheStartWithOneClearLine() throws Exception {
        Ended start = caravan(List.of(), "PROXY_BACKEND=litellm_chat");

        assertEquals(2, start.code);
        assertTrue(start.err.contains("LITELLM_MESSAGES") && start.err.contains("LITELLM_OPENROUTER"), start.err);
        assertEquals(1, start.err.lines().count(), start.err);
    }

    @Test
    void aTakenPortIsNamedWithItsHolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Ended start = caravan(List.of("start"), "PORT=" + taken.getLocalPort());

            assertEquals(1, start.code);
            assertTrue(start.err.contains("port " + taken.getLocalPort() + " is taken by"), start.err);
            if (Files.exists(Path.of("/proc/net/tcp"))) {
                assertTrue(start.err.contains("process " + ProcessHandle.current().pid()), start.err);
            }
        }
    }

    // 1.8
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "no-such-host.invalid"})
    void aHostThatIsNotThisMachinesIsToldAsThat(String host) throws Exception {
        Ended start = caravan(List.of("start"), "HOST=" + host, "PORT=4097", "PROXY_API_KEYS=k");

        assertEquals(1, start.code);
        assertTrue(start.err.contains("HOST=" + host + " cannot be served here"), start.err);
        assertFalse(start.err.contains("taken"), start.err);
    }

    // 1.9
    @Test
    void aConfigurationThatIsAskedForAndNotThereEndsTheStartWithCode2() throws Exception {
        Ended start = caravan(List.of("start"), "CONFIG_PATH=lost.yaml");

        assertEquals(2, start.code);
        assertEquals(1, start.err.lines().count(), start.err);
        assertTrue(start.err.contains("CONFIG_PATH=lost.yaml"), start.err);
    }

    @Test
    void configCheckPrintsWhatIsInForceWithoutItsSecrets() throws Exception {
        Files.writeString(work.resolve(".env"), "DATABRICKS_TOKEN=canary-token-1\nPROXY_API_KEYS='canary-key-2'\n");

        Ended check = caravan(List.of("config", "check"), "PROXY_BACKEND=AZURE_DATABRICKS", "DATABRICKS_HOST=adb-1.2");

        assertEquals(0, check.code, check.err);
        assertTrue(check.out.contains("PROXY_BACKEND = AZURE_DATABRICKS (environment)"), check.out);
        assertTrue(check.out.contains("DATABRICKS_TOKEN = *** (.env)"), check.out);
        assertFalse((check.out + check.err).contains("canary"), check.out);
    }

    @Test
    void configCheckRefusesABadModelTableAndABadSetting() throws Exception {
        Files.writeString(work.resolve("models.yaml"), "databricks:\n  a: b\n a: c\n");
        assertEquals(2, caravan(List.of("config", "check")).code);

        Files.writeString(work.resolve("models.yaml"), "databriks:\n  a: b\n");
        Ended misspelt = caravan(List.of("config", "check"));
        assertEquals(2, misspelt.code);
        assertTrue(misspelt.err.contains("databricks"), misspelt.err);

        assertEquals(2, caravan(List.of("config", "check"), "PORT=many").code);
    }

    @Test
    void configCheckRefusesRulesThatCannotBeRead() throws Exception {
        Files.writeString(work.resolve("tool-review.yaml"), "rules: []\ndefault: allow\n");
        Ended check = caravan(List.of("config", "check"));
        assertEquals(2, check.code);
        assertTrue(check.err.contains("tool-review.yaml line 2: default must not be allow"), check.err);
    }

    @Test
    void routesCheckTellsFileLineAndReasonOfAPageThatCannotServe() throws Exception {
        assertEquals(0, caravan(List.of("routes", "check")).code);

        Path messages = Path.of("src/main/resources/routes/messages.camel.yaml");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/messages.camel.yaml"), Files.readString(messages).replace("ref: readBody", "ref: readBdy"));
        Ended check = caravan(List.of("routes", "check"));
        assertEquals(2, check.code, check.out);
        assertTrue(check.err.startsWith("caravan: routes/messages.camel.yaml:14: No bean could be found in the registry for: readBdy"), check.err);
        assertEquals(1, check.err.lines().count(), check.err);

        Ended start = caravan(List.of("start"), "PORT=0");
        assertEquals(1, start.code);
        assertTrue(start.err.contains("routes/messages.camel.yaml:14: "), start.err);
    }

    @Test
    void routesRehearseShowsATableAndSaysByItsCodeWhetherAnythingDiffers() throws Exception {
        String key = "sk-admin-0123456789";
        try (Gateway gateway = Gateway.start("ANTHROPIC", "PROXY_REHEARSE=3", "PROXY_ADMIN_KEY=" + key)) {
            String[] its = {"PORT=" + gateway.url().getPort(), "PROXY_ADMIN_KEY=" + key};
            Ended none = caravan(List.of("routes", "rehearse"), its);
            assertEquals(2, none.code, none.err);
            assertTrue(none.out.endsWith("Rehearsed nothing: no request has been kept yet\n"), none.out);

            gateway.post(Gateway.PLAIN);
            gateway.post(Gateway.STREAM);
            Ended same = caravan(List.of("routes", "rehearse"), its);
            assertEquals(0, same.code, same.err);
            assertTrue(same.out.endsWith("\nRehearsed 2 requests: 2 same\n"), same.out);

            Path next = Files.createDirectories(gateway.directory().resolve("routes.next"));
            Files.writeString(next.resolve("messages.camel.yaml"),
                    Files.readString(Path.of("src/main/resources/routes/messages.camel.yaml")).replace("        - to:",
                            "        - setVariable: {name: backend, constant: {expression: openrouter}}\n        - to:"));
            Ended other = caravan(List.of("routes", "rehearse"), its);
            assertEquals(1, other.code, other.err);
            assertEquals(List.of("   request       status  backend                  model                                             bytes sent  cache markers",
                    "1  /v1/messages  200     anthropic -> openrouter  claude-sonnet-4-5 -> anthropic/claude-sonnet-4.5  94 -> 104   -"),
                    other.out.lines().limit(2).toList());

            Files.writeString(next.resolve("messages.camel.yaml"), "");
            Ended fault = caravan(List.of("routes", "rehearse"), its);
            assertEquals(2, fault.code, fault.out);
            assertEquals("caravan: routes.next/messages.camel.yaml: it is empty", fault.err);
            Ended refused = caravan(List.of("routes", "rehearse"), its[0]);
            assertEquals(2, refused.code, refused.out);
            assertTrue(refused.err.contains("PROXY_ADMIN_KEY"), refused.err);
        }
        Ended alone = caravan(List.of("routes", "rehearse"), "PORT=1");
        assertEquals(2, alone.code, alone.out);
        assertTrue(alone.err.startsWith("caravan: no gateway answers at http://127.0.0.1:1"), alone.err);
    }

    @Test
    void theDemoAnswersOnceAndLeavesNothingBehind() throws Exception {
        Ended demo = caravan(List.of("demo", "--once"), "PROXY_BACKEND=NOPE");

        assertEquals(0, demo.code, demo.err);
        assertTrue(demo.out.contains("export ANTHROPIC_BASE_URL=http://127.0.0.1:"), demo.out);
        assertTrue(demo.out.contains("export CLAUDE_CODE_AUTO_MODE_SERVER=0"), demo.out);
        assertTrue(demo.out.contains("Hi! You said: Hello from the demo!"), demo.out);
        try (var files = Files.list(work)) {
            assertEquals(List.of(), files.filter(file -> !file.getFileName().toString().startsWith("run")).toList());
        }
    }

    @Test
    void versionAndHelpAreThere() throws Exception {
        assertTrue(caravan(List.of("--version")).out.startsWith("caravan "));
        assertTrue(caravan(List.of("--help")).out.contains("demo"));
    }

    private Ended caravan(List<String> arguments, String... environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", absolute(System.getProperty("java.class.path")),
                CaravanCommand.class.getName()));
        command.addAll(arguments);
        Path out = work.resolve("run.out");
        Path err = work.resolve("run.err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        for (String variable : environment) {
            builder.environment().put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
        }
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("not done after a minute: " + Files.readString(out) + Files.readString(err));
        }
        String errors = String.join("\n", Files.readAllLines(err).stream()
                .filter(line -> !line.startsWith("WARNING: ")).toList()); // newer Java's own words about a library
        return new Ended(process.exitValue(), Files.readString(out), errors);
    }

    private static String absolute(String classPath) {
        return String.join(":", Arrays.stream(classPath.split(":")).map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
    }
}
