/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which route files are loaded: those in the jar, each replaced by a file of the same name in {@code routes/} of the
 * working directory, and whatever else lies there.
 */
final class RouteFiles {

    static final List<String> BUILT_IN = List.of("admin", "backend-templates", "backends", "chat-completions", "count-tokens",
            "databricks-direct", "databricks-health", "errors", "health", "judge", "messages", "models", "probes", "review-tools", "select-backend");
    static final String ENDING = ".camel.yaml";

    private RouteFiles() {
    }

    /** The value of {@code camel.main.routes-include-pattern}. */
    static String pattern(Path workingDirectory) {
        List<String> locations = new ArrayList<>();
        List<String> own = own(workingDirectory.resolve("routes"));
        for (String name : BUILT_IN) {
            if (!own.contains(name + ENDING)) {
                locations.add("classpath:routes/" + name + ENDING);
            }
        }
        for (String file : own) {
            locations.add("file:" + workingDirectory.resolve("routes").resolve(file));
        }
        return String.join(",", locations);
    }

    private static List<String> own(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
