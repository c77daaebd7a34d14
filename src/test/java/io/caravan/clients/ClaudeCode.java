/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The real Claude Code, headless, in a directory and a home of its own. */
final class ClaudeCode {

    private static Path program;

    private final Path work;

    private ClaudeCode(Path work) {
        this.work = work;
    }

    /** The pinned version, installed once; the test is skipped where there is none for this system. */
    static synchronized ClaudeCode in(Path work) throws IOException, InterruptedException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT) + "-" + System.getProperty("os.arch");
        assumeTrue(system.equals("linux-amd64"), "Claude Code is run on linux-x64 only; this is " + system);
        if (program == null) {
            program = NpmPackage.install("@anthropic-ai/claude-code", System.getProperty("claude-code.version"))
                    .resolve("@anthropic-ai/claude-code-linux-x64/claude");
        }
        return new ClaudeCode(work);
    }

    /** One prompt; {@code environment} are names and values in turn. */
    Run ask(Gateway gateway, String prompt, String... environment) throws IOException, InterruptedException {
        return ask(gateway, Duration.ofMinutes(2), prompt, environment);
    }

    /** One prompt that may take as long as {@code patience}. */
    Run ask(Gateway gateway, Duration patience, String prompt, String... environment)
            throws IOException, InterruptedException {
        return Run.of(List.of(program.toString(), "--allowedTools", "Read,Bash", "-p", prompt), work,
                variables(gateway, environment), patience);
    }

    /** A command of the client's own, {@code doctor} and its like. */
    Run run(Gateway gateway, String command) throws IOException, InterruptedException {
        return Run.of(List.of(program.toString(), command), work, variables(gateway));
    }

    /** The client in a terminal, in auto mode, past the questions of its first start. */
    Terminal open(Gateway gateway, String... environment) throws IOException, InterruptedException {
        Map<String, String> variables = variables(gateway, environment);
        Path home = Path.of(variables.get("HOME"));
        Files.writeString(home.resolve(".claude.json"), """
                {"hasCompletedOnboarding":true,"theme":"dark",
                "projects":{"%s":{"hasTrustDialogAccepted":true,"hasCompletedProjectOnboarding":true}}}"""
                .formatted(work.toRealPath()));
        Files.writeString(Files.createDirectories(home.resolve(".claude")).resolve("settings.json"),
                "{\"skipAutoPermissionPrompt\":true}");
        return Terminal.start(List.of(program.toString(), "--permission-mode", "auto"), work, variables);
    }

    private Map<String, String> variables(Gateway gateway, String... environment) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("HOME", Files.createDirectories(work.resolve("home")).toString());
        variables.put("ANTHROPIC_BASE_URL", gateway.url().toString());
        variables.put("ANTHROPIC_AUTH_TOKEN", "client-key");
        variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        return variables;
    }

    /** Leaves what the upstream received in {@code target/claude-code}. */
    static void keep(Gateway gateway, String name) throws IOException {
        List<String> lines = new ArrayList<>();
        for (RecordedRequest request : gateway.simulator().requests()) {
            lines.add(request.method() + " " + request.target());
            request.headers().forEach(header -> lines.add(header.getKey() + ": " + header.getValue()));
            lines.add(new String(request.body(), StandardCharsets.UTF_8));
            lines.add("");
        }
        Files.write(Files.createDirectories(Path.of("target/claude-code")).resolve(name + ".txt"), lines);
    }

    /** The usual model, of an upstream that fails so. */
    static String model(String backend, String fault) {
        return model(backend, Gateway.MODEL, fault);
    }

    /** A name that passes every backend's table as it is written and makes the upstream fail so. */
    static String model(String backend, String name, String fault) {
        boolean databricks = backend.contains("DATABRICKS");
        return (databricks ? "databricks-" : "") + name + "!" + fault;
    }
}
