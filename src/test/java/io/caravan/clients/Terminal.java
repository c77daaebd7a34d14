/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;

/** A program on a screen of 160 by 50, in a tmux server of its own. */
final class Terminal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;

    private Terminal(Path directory) {
        this.directory = directory;
    }

    /** Starts a program in {@code directory}; the test is skipped where there is no tmux. */
    static Terminal start(List<String> command, Path directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        assumeTrue(isInstalled(), "a terminal's screen needs tmux");
        Terminal terminal = new Terminal(directory);
        List<String> words = new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "50",
                "-c", directory.toString(), "env", "-i", "TERM=xterm-256color", "LANG=C.UTF-8",
                "PATH=" + System.getenv("PATH")));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command);
        terminal.tmux(words);
        return terminal;
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The screen, once it shows all of these. */
    String shows(String... texts) {
        AtomicReference<String> seen = new AtomicReference<>("");
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(250)).until(() -> {
                seen.set(screen());
                return List.of(texts).stream().allMatch(seen.get()::contains);
            });
            return seen.get();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the screen never shows " + List.of(texts) + ":\n" + seen.get(), e);
        }
    }

    String screen() throws IOException, InterruptedException {
        return tmux(List.of("capture-pane", "-p"));
    }

    /** Puts a text in as a paste, so that its lines end no input, and presses Enter when the screen shows it or its place. */
    void enter(String text) throws IOException, InterruptedException {
        tmux(List.of("set-buffer", "--", text));
        tmux(List.of("paste-buffer", "-p"));
        String end = text.lines().reduce((first, second) -> second).orElseThrow();
        await().atMost(PATIENCE).until(this::screen, screen -> screen.contains(end) || screen.contains("[Pasted text"));
        press("Enter");
    }

    void press(String key) throws IOException, InterruptedException {
        tmux(List.of("send-keys", key));
    }

    /**
     * Presses Enter at a dialog until it has gone: one that has just come takes no key for a moment.
     *
     * @param dialog what is on the screen with it alone
     */
    void confirm(String dialog) {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofSeconds(3)).until(() -> {
            boolean there = screen().contains(dialog);
            if (there) {
                press("Enter");
            }
            return !there;
        });
    }

    private String tmux(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tmux", "-S", directory.resolve("tmux").toString()));
        command.addAll(words);
        Run run = Run.of(command, Files.createDirectories(directory), Map.of());
        if (run.exitCode() != 0) {
            throw new IOException(command + ": " + run.errors());
        }
        return run.output();
    }

    /** Returns when the program has ended too, so that it writes no more into its directory. */
    @Override
    public void close() throws IOException, InterruptedException {
        long program = Long.parseLong(tmux(List.of("display-message", "-p", "#{pane_pid}")).strip());
        tmux(List.of("kill-server"));
        await().atMost(PATIENCE).until(() -> ProcessHandle.of(program).isEmpty());
    }
}
