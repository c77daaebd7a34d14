/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import io.github.cdimascio.dotenv.internal.DotenvParser;
import io.github.cdimascio.dotenv.internal.DotenvReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a file in the dotenv format, with what shells and python-dotenv let people write into it. */
final class EnvFile {

    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([\\w.-]+)\\s*=\\s*(.*)");
    private static final Pattern EXPORT = Pattern.compile("^\\s*export\\s+(?=[\\w.-]+\\s*=)");
    private static final Pattern COMMENT = Pattern.compile("\\s+#.*");
    private static final Pattern QUOTE = Pattern.compile("[\"']");
    private static final Pattern OPEN_DOUBLE_QUOTE = Pattern.compile("\\s*[\\w.-]+\\s*=\\s*\"[^\"]*");
    private static final Pattern OPEN_QUOTE = Pattern.compile("'[^']*");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("\\A'([^']*)'\\z");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_]\\w*)(?::-([^}]*))?}");
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String name;
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final Map<String, String> stronger;
    private final Map<String, String> weaker;

    private EnvFile(String name, Map<String, String> stronger, Map<String, String> weaker) {
        this.name = name;
        this.stronger = stronger;
        this.weaker = weaker;
    }

    /**
     * The entries of the file; none where there is no such file. {@code ${NAME}} in a value that is not in single quotes
     * stands for a variable of {@code stronger}, else of the lines before, else of {@code weaker}.
     *
     * @throws SettingsException naming the file and the line, never its text, if it cannot be read, or the variable that is
     *                           not set
     */
    static Map<String, String> read(Path directory, String name, Map<String, String> stronger, Map<String, String> weaker) {
        Path file = directory.resolve(name);
        if (!Files.exists(file) || Files.isDirectory(file)) {
            return Map.of();
        }
        try {
            List<String> lines = prepared(Files.readAllLines(file));
            List<DotenvEntry> written = parse(name, lines);
            Map<String, String> raw = new LinkedHashMap<>();
            written.forEach(entry -> raw.put(entry.getKey(), entry.getValue()));
            requireClosedQuotes(name, lines, raw);
            EnvFile read = new EnvFile(name, stronger, weaker);
            written.forEach(read::add);
            return read.entries;
        } catch (IOException e) {
            throw new SettingsException(file + " cannot be read: make it a readable file of UTF-8 text, or remove it");
        }
    }

    /** What the library does not know: a byte order mark, {@code export}, and a {@code #} inside a value. */
    private static List<String> prepared(List<String> lines) {
        List<String> prepared = new ArrayList<>();
        boolean quoted = false;
        for (String line : lines) {
            String text = line;
            if (prepared.isEmpty() && text.startsWith(BYTE_ORDER_MARK)) {
                text = text.substring(1);
            }
            boolean insideQuotes = quoted;
            if (!insideQuotes) {
                text = withHashQuoted(EXPORT.matcher(text).replaceFirst(""));
            }
            quoted = insideQuotes ? !text.contains("\"") : OPEN_DOUBLE_QUOTE.matcher(text).matches();
            prepared.add(text);
        }
        return prepared;
    }

    /** Only a {@code #} behind a space begins a comment; the library lets any. */
    private static String withHashQuoted(String line) {
        Matcher assignment = ASSIGNMENT.matcher(line);
        if (!assignment.matches() || QUOTE.matcher(assignment.group(2)).find()) {
            return line;
        }
        String value = COMMENT.matcher(assignment.group(2)).replaceFirst("");
        if (value.indexOf('#') <= 0) {
            return line;
        }
        return assignment.group(1) + "=\"" + value + "\"";
    }

    private static List<DotenvEntry> parse(String name, List<String> lines) {
        try {
            // The library reads from files alone; its reader is the one way to give it lines.
            return new DotenvParser(new DotenvReader("", name) {
                @Override
                public List<String> read() {
                    return lines;
                }
            }, true, true).parse();
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

    private void add(DotenvEntry entry) {
        Matcher literal = SINGLE_QUOTED.matcher(entry.getValue()); // the library takes off double quotes only
        if (literal.matches()) {
            entries.put(entry.getKey(), literal.group(1));
        } else {
            entries.put(entry.getKey(), VARIABLE.matcher(entry.getValue())
                    .replaceAll(found -> Matcher.quoteReplacement(value(found, entry.getKey()))));
        }
    }

    private String value(MatchResult variable, String of) {
        String known = variable.group(1);
        return Stream.of(stronger, entries, weaker).map(values -> values.getOrDefault(known, ""))
                .filter(value -> !value.isEmpty()).findFirst().orElseGet(() -> otherwise(variable.group(2), known, of));
    }

    private String otherwise(@Nullable String fallback, String variable, String of) {
        if (fallback == null) {
            throw new SettingsException(name + " is not valid: the variable " + variable + ", which " + of
                    + " refers to, is not set; set it above that line, or put the value into single quotes if ${" + variable
                    + "} is part of it");
        }
        return fallback;
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
