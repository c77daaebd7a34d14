/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A row of the table: a name or a glob, and the name it stands for. */
final class ModelRow {

    private static final String CATCH_ALL = "*";
    private static final String MODEL = "model";
    private static final Pattern TOKEN = Pattern.compile("\\{([^{}]*)}|\\*|[^{}*]+|[{}]");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern PATTERN_SIGN = Pattern.compile("[{*]");
    private static final Map<String, String> CAPTURES = Map.of(
            "family", "[a-z]+",
            "major", "\\d{1,2}",
            "minor", "\\d{1,2}",
            "date", "\\d{8}",
            "rest", ".+");

    private final String glob;
    private final Pattern pattern;
    private final String target;

    private ModelRow(String glob, Pattern pattern, String target) {
        this.glob = glob;
        this.pattern = pattern;
        this.target = target;
    }

    /** @throws IllegalArgumentException saying in a few words what is wrong with {@code glob} or {@code target} */
    static ModelRow of(String glob, String target) {
        StringBuilder regex = new StringBuilder();
        Set<String> captured = new LinkedHashSet<>();
        Matcher token = TOKEN.matcher(glob);
        while (token.find()) {
            String name = token.group(1);
            if (name != null) {
                regex.append(capture(name, captured));
            } else if (token.group().equals("*")) {
                regex.append(".*");
            } else if (token.group().matches("[{}]")) {
                throw new IllegalArgumentException("a brace is open or closed alone");
            } else {
                regex.append(Pattern.quote(token.group()));
            }
        }
        requireKnownPlaceholders(target, captured);
        return new ModelRow(glob, Pattern.compile(regex.toString(), Pattern.DOTALL), target);
    }

    private static String capture(String name, Set<String> captured) {
        String regex = CAPTURES.get(name);
        if (regex == null) {
            throw new IllegalArgumentException("the placeholder {" + name
                    + "} is not known; use {family}, {major}, {minor}, {date} or {rest}");
        }
        if (!captured.add(name)) {
            throw new IllegalArgumentException("the placeholder {" + name + "} stands twice in one name");
        }
        return "(?<" + name + ">" + regex + ")";
    }

    private static void requireKnownPlaceholders(String target, Set<String> captured) {
        Set<String> known = new HashSet<>(captured);
        known.add(MODEL);
        Matcher placeholder = PLACEHOLDER.matcher(target);
        while (placeholder.find()) {
            String name = placeholder.group(1);
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the target's {" + name
                        + "} is not in the name before it; use {model} or what the name captures");
            }
        }
        if (PLACEHOLDER.matcher(target).replaceAll("").matches(".*[{}].*")) {
            throw new IllegalArgumentException("a brace is open or closed alone");
        }
    }

    /** Whether the row takes every name. */
    boolean catchAll() {
        return glob.equals(CATCH_ALL);
    }

    String glob() {
        return glob;
    }

    /** The names that can be told from the row: its own where it is no pattern, else what it always stands for. */
    List<String> names() {
        if (isPattern(glob)) {
            return fixedTarget().stream().toList();
        }
        return List.of(glob);
    }

    /** Whether the row takes one name alone. */
    boolean isName() {
        return !isPattern(glob);
    }

    /** What the row stands for, where that is the same for every name. */
    Optional<String> fixedTarget() {
        return Optional.of(target).filter(text -> !isPattern(text));
    }

    private static boolean isPattern(String text) {
        return PATTERN_SIGN.matcher(text).find();
    }

    /** Whether the row gives the name back as it is. */
    boolean keepsName() {
        return target.equals("{" + MODEL + "}");
    }

    /** What {@code model} stands for, if the row matches it. */
    Optional<String> resolve(String model) {
        Matcher matcher = pattern.matcher(model);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(PLACEHOLDER.matcher(target).replaceAll(placeholder -> {
            String name = placeholder.group(1);
            return Matcher.quoteReplacement(name.equals(MODEL) ? model : matcher.group(name));
        }));
    }
}
