/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.review.ShellWord.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What may be a path, or a URL, among the words of a command or in the input of a tool. */
final class PathWords {

    private static final Pattern PATH_FIELD = Pattern.compile("(.*[_-])?(path|paths|file|files|filename|folder|dir|directory"
            + "|directories|cwd|root|roots|uri|uris|target|destination|source)");
    /** Fields of the client's own tools that hold patterns of paths. */
    private static final Map<String, String> PATTERNS = Map.of("Glob", "pattern", "Grep", "glob");
    private static final Pattern CAMEL_CASE = Pattern.compile("(?<=[a-z])(?=[A-Z])");
    private static final int DEEPEST = 8;
    private static final String FILE_URL = "file://";

    private PathWords() {
    }

    /** What a command's word, or a part of it, may name: {@code --file=x}, {@code -fx}, {@code @x}, {@code host:x}. */
    static List<ShellWord> of(ShellWord word) {
        List<ShellWord> found = new ArrayList<>();
        String text = word.text();
        Consumer<String> add = part -> found.add(new ShellWord(part, word.kind(), false));
        if (!word.option()) {
            add.accept(text);
        } else if (text.length() > 2 && text.charAt(1) != '-') {
            add.accept(text.substring(2));
            behindLetters(text).ifPresent(add);
        }
        for (int at = 0; at < text.length() - 1 && found.size() < DEEPEST; at++) {
            if ("=@:,".indexOf(text.charAt(at)) >= 0) {
                add.accept(text.substring(at + 1));
            }
        }
        if (found.size() == DEEPEST) {
            found.add(new ShellWord(text, Kind.UNKNOWN, false)); // and more
        }
        return found;
    }

    /** In {@code -czf/x} what is behind letters that mean nothing by themselves. */
    private static Optional<String> behindLetters(String option) {
        int at = 2;
        while (at < option.length() && Character.isLetterOrDigit(option.charAt(at))) {
            at++;
        }
        boolean path = at > 2 && at < option.length() && "/~.".indexOf(option.charAt(at)) >= 0;
        return path ? Optional.of(option.substring(at)) : Optional.empty();
    }

    /** The paths a tool is given. */
    static List<ShellWord> of(String tool, JsonNode input) {
        List<ShellWord> found = new ArrayList<>();
        String pattern = PATTERNS.getOrDefault(tool, "");
        input.fields().forEachRemaining(field -> {
            boolean path = isPath(field.getKey()) || field.getKey().equals(pattern);
            texts(field.getValue(), field.getKey(), path, 0, (name, text) -> found.add(path(text)));
        });
        return found;
    }

    private static ShellWord path(String text) {
        String path = text;
        if (text.regionMatches(true, 0, FILE_URL, 0, FILE_URL.length())) {
            path = text.substring(FILE_URL.length());
        }
        Kind kind = Kind.KNOWN;
        if (path.indexOf('*') >= 0 || path.indexOf('{') >= 0) {
            kind = path.contains("..") ? Kind.UNKNOWN : Kind.GLOB;
        }
        return new ShellWord(path, kind, false);
    }

    /** What is done with a text and the name of the field it stands in. */
    interface Texts {
        void take(String field, String text);
    }

    /** All texts of an input, with the names of their fields. */
    static void texts(JsonNode input, Texts to) {
        texts(input, "", true, 0, to);
    }

    private static void texts(JsonNode node, String name, boolean wanted, int depth, Texts to) {
        if (node.isTextual()) {
            if (wanted) {
                to.take(name, node.textValue());
            }
        } else if (depth < DEEPEST && node.isArray()) {
            node.forEach(item -> texts(item, name, wanted, depth + 1, to));
        } else if (depth < DEEPEST) {
            node.fields().forEachRemaining(field -> texts(field.getValue(), field.getKey(),
                    wanted || isPath(field.getKey()), depth + 1, to));
        }
    }

    private static boolean isPath(String field) {
        return PATH_FIELD.matcher(CAMEL_CASE.matcher(field).replaceAll("_").toLowerCase(Locale.ROOT)).matches();
    }
}
