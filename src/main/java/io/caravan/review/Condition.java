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
            Predicate<Place> matches = place -> globs.stream()
                    .anyMatch(glob -> glob.matches(place, mode, subject.homeKnown()));
            return switch (mode) {
                case ALLOW -> subject.places().stream().allMatch(matches);
                case STOP -> subject.places().stream().anyMatch(matches);
            };
        };
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
        return (subject, mode) -> subject.command().filter(command -> globs.stream()
                        .anyMatch(glob -> glob.matches(command, subject.feeders(), mode))
                || regex != null && texts(command, mode).stream().anyMatch(text -> regex.matches(text, mode))).isPresent();
    }

    private static List<String> texts(ShellPart command, Mode mode) {
        return mode == Mode.ALLOW ? command.texts().subList(0, 1) : command.texts();
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
                .filter(name -> globs.stream().anyMatch(glob -> glob.matches(name))).isPresent();
    }

    /** What a text has to be. */
    interface Text {
        boolean matches(String text, Mode mode);
    }
}
