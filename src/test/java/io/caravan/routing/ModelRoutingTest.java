/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.LoggedLines;
import io.caravan.settings.Given;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ledger 2.1: the file is read again when it changes. */
class ModelRoutingTest {

    private static final Set<String> BACKENDS = Given.settings().backends().ids();

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_500_000_000L);
    private final LoggedLines lines = LoggedLines.of(YamlFile.class.getName());
    private Path file;

    @BeforeEach
    void firstTable() throws IOException {
        file = directory.resolve("models.yaml");
        write("one");
    }

    @AfterEach
    void stopListening() {
        lines.close();
    }

    @Test
    void anEditIsTakenUpWithinASecond() throws IOException {
        ModelRouting routing = routing();
        assertEquals("one", sent(routing));

        write("other");
        pass(Duration.ofMillis(999));
        assertEquals("one", sent(routing));
        pass(Duration.ofMillis(1));
        assertEquals("other", sent(routing));
        write("the third");
        pass(Duration.ofSeconds(1));
        assertEquals("the third", sent(routing));
    }

    @Test
    void aBrokenEditKeepsTheOldTableAndIsLoggedOnce() throws IOException {
        ModelRouting routing = routing();
        Files.writeString(file, "litellm: [");
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofSeconds(1));
            assertEquals("one", sent(routing));
        }
        assertEquals(1, errors().size(), errors().toString());
        assertTrue(errors().get(0).contains("models.yaml line 1"), errors().toString());

        Files.writeString(file, "litelm: {}");
        pass(Duration.ofSeconds(1));
        assertEquals("one", sent(routing));
        assertEquals(2, errors().size());

        write("mended");
        pass(Duration.ofSeconds(1));
        assertEquals("mended", sent(routing));
    }

    @Test
    void aFileThatGoesAwayKeepsTheOldTable() throws IOException {
        ModelRouting routing = routing();
        Files.delete(file);
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofSeconds(1));
            assertEquals("one", sent(routing));
        }
        assertEquals(1, errors().size(), errors().toString());

        write("back");
        pass(Duration.ofSeconds(1));
        assertEquals("back", sent(routing));
    }

    @Test
    void anEditUnderManyThreadsIsSeenWholeByEach() throws IOException {
        ModelRouting routing = routing();
        assertEquals("one", sent(routing));
        write("two!");
        pass(Duration.ofSeconds(1));

        List<String> seen = IntStream.range(0, 2_000).parallel().mapToObj(i -> sent(routing)).distinct().toList();

        assertTrue(List.of("one", "two!").containsAll(seen), seen.toString());
        assertEquals("two!", sent(routing));
    }

    @Test
    void aFileThatCannotBeReadStopsTheStart() throws IOException {
        assertThrows(SettingsException.class, () -> new ModelRouting(directory.resolve("lost.yaml"), BACKENDS));
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertTrue(assertThrows(SettingsException.class, this::routing).getMessage().contains("models.yaml"));
    }

    private ModelRouting routing() {
        return new ModelRouting(file, BACKENDS, clock::get);
    }

    private List<String> errors() {
        return lines.all().stream().filter(line -> line.startsWith("ERROR ")).toList();
    }

    private static String sent(ModelRouting routing) {
        return routing.resolve("litellm", "name").orElseThrow().model();
    }

    /** Each text must be of another length than the one before it: the file's time may not move between two writes. */
    private void write(String target) throws IOException {
        Files.writeString(file, "litellm:\n  name: '" + target + "'\n");
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
