/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.RouteFiles.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
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
        Files.writeString(work.resolve("routes/health.camel.yaml"), "# mine");
        Files.writeString(work.resolve("routes/mine.camel.yaml"), "");
        Files.writeString(work.resolve("routes/notes.txt"), "");

        Map<String, Page> pages = new RouteFiles(work).read().pages();

        assertEquals(new Page("health.camel.yaml", false, "# mine"), pages.get("health.camel.yaml"));
        assertTrue(pages.get("messages.camel.yaml").builtIn());
        assertFalse(pages.get("mine.camel.yaml").builtIn());
        assertEquals(RouteFiles.BUILT_IN.size() + 1, pages.size());
    }

    @Test
    void aFileThatOthersMayWriteIsNotLoaded(@TempDir Path work) throws IOException {
        Path file = Files.writeString(Files.createDirectory(work.resolve("routes")).resolve("mine.camel.yaml"), "- route: {}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        RouteFiles.Found found = new RouteFiles(work).read();

        assertNull(found.pages().get("mine.camel.yaml"));
        assertEquals(List.of("routes/mine.camel.yaml: others on this machine may write it, and a page can run programs;"
                + " chmod o-w mine.camel.yaml"), found.refused().stream().map(RouteFault::getMessage).toList());
    }

    private static Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(ROUTES)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
