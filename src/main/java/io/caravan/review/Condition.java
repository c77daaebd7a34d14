/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.review.Places.Place;
import io.caravan.review.Places.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What has to be so for a rule to hold. Safe for use by many threads. */
interface Condition {

    /** What a rule is held to that lets pass, and one that does not. */
    enum Mode {
        /** All of it has to be so, and to be known. */
        ALLOW,
        /** It is enough that some of it is so, or may be. */
        STOP
    }

    boolean holds(Subject subject, Mode mode);

    /** A field of the input, which may be inside another: {@code a.b}. */
    static Condition field(String name, Text wanted) {
        return (subject, mode) -> {
            List<String> values = values(subject.asked().input(), name);
            Predicate<String> matches = value -> wanted.matches(value, mode);
            return switch (mode) {
                case ALLOW -> !values.isEmpty() && values.stream().allMatch(matches);
                case STOP -> values.stream().anyMatch(matches);
            };
        };
    }

    private static List<String> values(JsonNode input, String name) {
        JsonNode node = input.path(name);
        if (node.isMissingNode()) {
            for (String step : name.split("\\.")) {
                node = (node.isMissingNode() ? input : node).path(step);
            }
        }
        List<String> values = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> values.add(item.isValueNode() ? item.asText() : item.toString()));
        } else if (node.isValueNode()) {
            values.add(node.asText());
        } else if (node.isObject()) {
            values.add(node.toString());
        }
        return values;
    }

    /** Paths that match one of the globs, or are in a folder that does. */
    static Condition path(List<PathGlob> globs) {
        return (subject, mode) -> {
            Predicate<Place> matches = place -> matches(globs, place, mode, subject.homeKnown());
            return switch (mode) {
                case ALLOW -> subject.places().stream().allMatch(matches);
                case STOP -> subject.places().stream().anyMatch(matches);
            };
        };
    }

    private static boolean matches(List<PathGlob> globs, Place place, Mode mode, boolean homeKnown) {
        for (PathGlob glob : globs) {
            if (glob.matches(place, mode, homeKnown)) {
                return true;
            }
        }
        return false;
    }

    /** Paths on one side of the session's folders. */
    static Condition folder(Side side) {
        return (subject, mode) -> switch (mode) {
            case ALLOW -> subject.places().stream().allMatch(place -> place.side() == side);
            case STOP -> subject.places().stream().anyMatch(place -> place.side() == side || place.side() == Side.UNKNOWN);
        };
    }

    /** The host of a URL. */
    static Condition host(List<Glob> globs) {
        return (subject, mode) -> {
            Hosts hosts = subject.hosts();
            Predicate<String> matches = host -> globs.stream().anyMatch(glob -> glob.resembles(host));
            return switch (mode) {
                case ALLOW -> !hosts.doubtful() && !hosts.known().isEmpty() && hosts.known().stream().allMatch(matches);
                case STOP -> hosts.doubtful() || hosts.known().stream().anyMatch(matches);
            };
        };
    }

    /** A shell command. */
    static Condition command(List<CommandGlob> globs, @Nullable Text regex) {
        return (subject, mode) -> subject.command()
                .filter(command -> matches(globs, command, subject.feeders(), mode) || matches(regex, command, mode)).isPresent();
    }

    private static boolean matches(List<CommandGlob> globs, ShellPart command, List<ShellPart> feeders, Mode mode) {
        for (CommandGlob glob : globs) {
            if (glob.matches(command, feeders, mode)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(@Nullable Text text, ShellPart command, Mode mode) {
        int most = mode == Mode.ALLOW ? 1 : 2;
        return text != null && command.spellings().stream().limit(most).anyMatch(one -> text.matches(one.stripTrailing(), mode));
    }

    /** A word that a shell command has, or has not. */
    static Condition word(List<WordGlob> globs, boolean there) {
        return (subject, mode) -> {
            boolean found = subject.command().filter(command -> command.words().stream().skip(1)
                    .anyMatch(word -> globs.stream().anyMatch(glob -> glob.matches(word.text())))).isPresent();
            return found == there;
        };
    }

    /** Who asks. */
    static Condition who(Function<ToolReview.Asked, Optional<String>> who, List<Glob> globs) {
        return (subject, mode) -> who.apply(subject.asked())
                .filter(name -> Glob.anyMatches(globs, name)).isPresent();
    }

    /** What a text has to be. */
    interface Text {
        boolean matches(String text, Mode mode);
    }
}
