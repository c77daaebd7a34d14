/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {

    private static final Path ROUTES = Path.of("src/main/resources/routes");

    @Test
    void theListNamesEveryFileInTheJar() throws IOException {
        assertEquals(RouteFiles.BUILT_IN,
                names().map(name -> name.replace(".camel.yaml", "")).sorted().toList());
    }

    @Test
    void aRouteFileIsAPage() throws IOException {
        for (String name : names().toList()) {
            assertTrue(Files.readAllLines(ROUTES.resolve(name)).size() <= 80, name);
        }
    }

    @Test
    void aFileOfTheWorkingDirectoryReplacesOneOfTheSameNameAndOthersAreAdded(@TempDir Path work) throws IOException {
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/health.camel.yaml"), "");
        Files.writeString(work.resolve("routes/mine.camel.yaml"), "");
        Files.writeString(work.resolve("routes/notes.txt"), "");

        List<String> pattern = List.of(RouteFiles.pattern(work).split(","));

        assertFalse(pattern.contains("classpath:routes/health.camel.yaml"));
        assertTrue(pattern.contains("classpath:routes/messages.camel.yaml"));
        assertTrue(pattern.contains("file:" + work.resolve("routes/health.camel.yaml")));
        assertTrue(pattern.contains("file:" + work.resolve("routes/mine.camel.yaml")));
        assertEquals(RouteFiles.BUILT_IN.size() + 1, pattern.size());
    }

    private static Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(ROUTES)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
