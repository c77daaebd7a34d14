/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says is ours is there, and so is each test that holds it. */
class CamelAndOursTest {

    private static final String HEAD = "| part | Camel's | ours | why | held by |";
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w+)`");

    @Test
    void eachClassAndEachTestOfTheTableIsThere() throws IOException {
        List<String> book = Files.readAllLines(Path.of("docs/architecture.md"));
        List<String[]> rows = book.subList(book.indexOf(HEAD) + 2, book.size()).stream().takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1)).toList();
        assertTrue(rows.size() > 15, rows.size() + " rows");
        Set<String> ours = types("src/main/java");
        Set<String> tests = types("src/test/java");
        Set<String> missing = new TreeSet<>();
        for (String[] row : rows) {
            assertEquals(5, row.length, row[0]);
            named(row[2]).filter(type -> !ours.contains(type)).forEach(missing::add);
            named(row[4]).filter(type -> !tests.contains(type)).forEach(missing::add);
            assertTrue(named(row[2]).findAny().isPresent() && named(row[4]).findAny().isPresent(), row[0]);
        }
        assertEquals(Set.of(), missing);
    }

    private static Stream<String> named(String cell) {
        return TYPE.matcher(cell).results().map(found -> found.group(1));
    }

    private static Set<String> types(String root) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(root))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", "")).collect(Collectors.toSet());
        }
    }
}
