/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A finished run of a program; its exit code is -1 if it had to be ended. */
record Run(int exitCode, String output, String errors, Duration took) {

    private static final List<String> KEPT = List.of("PATH", "LANG", "TMPDIR");

    /** Runs a program in {@code directory} with little more than {@code environment}; at most two minutes. */
    static Run of(List<String> command, Path directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        return of(command, directory, environment, Duration.ofMinutes(2));
    }

    /** Runs a program that is ended when {@code patience} is over. */
    static Run of(List<String> command, Path directory, Map<String, String> environment, Duration patience)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("run", ".out");
        Path err = Files.createTempFile("run", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectInput(new File("/dev/null")).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().retainAll(KEPT);
            builder.environment().putAll(environment);
            long begun = System.nanoTime();
            Process process = builder.start();
            boolean done = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (!done) {
                process.destroyForcibly().waitFor();
            }
            return new Run(done ? process.exitValue() : -1, Files.readString(out), Files.readString(err), took);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
