/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads a file in the dotenv format. */
final class EnvFile {

    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([\\w.-]+)\\s*=\\s*(.*)");
    private static final Pattern OPEN_QUOTE = Pattern.compile("'[^']*");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("\\A'([^']*)'\\z");

    private EnvFile() {}

    /**
     * The entries of the file; none where there is no such file.
     *
     * @throws SettingsException naming the file and the line, never its text, if it cannot be read
     */
    static Map<String, String> read(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Files.exists(file) || Files.isDirectory(file)) {
            return Map.of();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            Map<String, String> entries = parse(directory, name, lines);
            requireClosedQuotes(name, lines, entries);
            return entries;
        } catch (IOException | UncheckedIOException e) {
            throw new SettingsException(file + " cannot be read: make it a readable file of UTF-8 text, or remove it");
        }
    }

    private static Map<String, String> parse(Path directory, String name, List<String> lines) {
        try {
            // The library cuts ".env" off the end of a directory's name; "/." keeps it.
            Dotenv dotenv = Dotenv.configure().directory(directory + "/.").filename(name).load();
            Map<String, String> entries = new LinkedHashMap<>();
            for (DotenvEntry entry : dotenv.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
                // The library takes off double quotes only.
                entries.put(entry.getKey(), SINGLE_QUOTED.matcher(entry.getValue()).replaceFirst("$1"));
            }
            return entries;
        } catch (DotenvException e) {
            String message = String.valueOf(e.getMessage());
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank() && message.contains(lines.get(i))) {
                    throw malformed(name, i, "it is not NAME=value");
                }
            }
            throw new SettingsException(name + " is not valid: give one NAME=value a line");
        }
    }

    private static void requireClosedQuotes(String name, List<String> lines, Map<String, String> entries) {
        int open = IntStream.range(0, lines.size()).filter(i -> leavesQuoteOpen(lines.get(i))).findFirst()
                .orElseGet(() -> firstDropped(lines, entries));
        if (open < lines.size()) {
            throw malformed(name, open, "its quote is never closed");
        }
    }

    private static boolean leavesQuoteOpen(String line) {
        Matcher assignment = ASSIGNMENT.matcher(line);
        return assignment.matches() && OPEN_QUOTE.matcher(assignment.group(2)).matches();
    }

    /**
     * The library drops a value whose quote is never closed, and with it all lines that follow: the index of the first
     * assignment behind the last one kept; the number of lines where nothing was dropped.
     */
    private static int firstDropped(List<String> lines, Map<String, String> entries) {
        int first = lines.size();
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher assignment = ASSIGNMENT.matcher(lines.get(i));
            if (assignment.matches()) {
                if (isKept(assignment.group(1), lines.get(i), entries)) {
                    return first;
                }
                first = i;
            }
        }
        return first;
    }

    /** Whether an assignment has become an entry, or a line of one. */
    private static boolean isKept(String name, String line, Map<String, String> entries) {
        return entries.containsKey(name) || entries.values().stream().anyMatch(value -> value.contains(line));
    }

    private static SettingsException malformed(String name, int index, String why) {
        return new SettingsException(name + " line " + (index + 1) + " is not valid: " + why
                + "; give one NAME=value a line, quotes around a value that holds # or spaces at its ends");
    }
}
