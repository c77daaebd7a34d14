/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a provider is stands in its own room: no code elsewhere asks who an upstream is (docs/architecture.md). */
class ProviderNamesTest {

    private static final Path SOURCES = Path.of("src/main/java/io/caravan");
    /** The names of route pages, the demo's settings, and a word for Databricks' error codes. */
    private static final List<String> MAY = List.of("RouteFiles.java", "cli/DemoCommand.java", "convert/ErrorInside.java");
    private static final Pattern NO_CODE = Pattern.compile(
            "(\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*')|//[^\\n]*|(?s:/\\*.*?\\*/)|(?m:^import .*$)");
    private static final Pattern NAME = Pattern.compile("(?i)databricks|openrouter|litellm");

    private static String code(Path file) {
        try {
            return NO_CODE.matcher(Files.readString(file)).replaceAll(ProviderNamesTest::kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kept(MatchResult found) {
        return found.group(1) == null ? "" : java.util.regex.Matcher.quoteReplacement(found.group(1));
    }

    @Test
    void noOtherRoomKnowsAProviderByName() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> naming = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.startsWith(SOURCES.resolve("provider")) && !file.startsWith(SOURCES.resolve("simulator")))
                    .filter(file -> NAME.matcher(code(file)).find())
                    .map(file -> SOURCES.relativize(file).toString()).filter(file -> !MAY.contains(file)).sorted().toList();
            assertEquals(List.of(), naming);
        }
    }
}
