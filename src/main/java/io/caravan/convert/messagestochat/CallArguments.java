/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call, which arrive in pieces and are one JSON object. Some upstreams repeat them when they are whole,
 * others send all of them so far each time. Whether a piece that begins with all before it is such a snapshot is certain only
 * at the end, so from there on nothing is passed on; what can be read in no way is no value.
 */
final class CallArguments {

    private static final int LONGEST_NOTHING = 16;
    private static final Set<String> NOTHING = Set.of("", "{}", "null");

    private final StringBuilder joined = new StringBuilder();
    private final StringBuilder behind = new StringBuilder();
    private @Nullable StringBuilder snapshot;
    private JsonProgress progress = new JsonProgress();
    private Optional<String> value = Optional.empty();
    private boolean valueKnown;
    private int passed;

    /** Adds a piece; returns what may be passed on by now and was not yet. */
    String add(String piece) {
        valueKnown = false;
        take(piece);
        boolean startsOver = sayNothing() && !behind.toString().isBlank();
        if (startsOver) {
            String real = behind.toString();
            joined.setLength(0);
            behind.setLength(0);
            progress = new JsonProgress();
            take(real);
        }
        if (snapshot != null || sayNothing()) {
            return "";
        }
        String news = joined.substring(passed);
        passed = joined.length();
        return news;
    }

    private void take(String piece) {
        if (progress.whole()) {
            behind.append(piece);
        } else if (snapshot != null || isSnapshot(piece)) {
            again(piece);
        } else {
            int length = progress.take(piece);
            joined.append(piece, 0, length);
            behind.append(piece, length, piece.length());
        }
    }

    private boolean isSnapshot(String piece) {
        int known = joined.length();
        return known > 0 && piece.length() >= known && piece.startsWith(joined.toString());
    }

    private void again(String piece) {
        if (snapshot == null) {
            snapshot = new StringBuilder(piece);
        } else if (piece.startsWith(snapshot.toString())) {
            snapshot.replace(0, snapshot.length(), piece);
        } else {
            snapshot.append(piece);
        }
        joined.append(piece);
    }

    /** Whether they are a whole object, whatever may still repeat it. */
    boolean whole() {
        return progress.whole();
    }

    /** Whether {@code piece} says no more than what is whole already. */
    boolean repeatedBy(String piece) {
        return whole() && piece.strip().contentEquals(joined.toString().strip());
    }

    /** Whether they are none, or an empty object. */
    boolean sayNothing() {
        return joined.length() < LONGEST_NOTHING && NOTHING.contains(joined.toString().strip());
    }

    /** All that came, as it came. */
    String text() {
        return joined.toString() + behind;
    }

    /** What of {@link #value()} has not been passed on, once; empty if there is no value. */
    Optional<String> rest() {
        Optional<String> whole = value();
        Optional<String> rest = whole.map(text -> text.substring(Math.min(passed, text.length())));
        passed = whole.map(String::length).orElse(passed);
        return rest;
    }

    /** The one object they are. */
    Optional<String> value() {
        if (!valueKnown) {
            value = once(text());
            if (value.isEmpty() && snapshot != null) {
                value = once(snapshot.toString());
            }
            valueKnown = true;
        }
        return value;
    }

    /** The object that {@code text} is, be it repeated. */
    private static Optional<String> once(String text) {
        int end = end(text);
        if (end < 0) {
            return Optional.empty();
        }
        String first = text.substring(0, end);
        String object = first.strip();
        String more = text.substring(end).strip();
        while (more.startsWith(object)) {
            more = more.substring(object.length()).strip();
        }
        return more.isEmpty() ? Optional.of(first) : Optional.empty();
    }

    /** Where the object ends that {@code text} begins with; -1 if there is none. */
    private static int end(String text) {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return -1;
            }
            parser.skipChildren();
            return parser.currentToken() == JsonToken.END_OBJECT ? (int) parser.currentLocation().getCharOffset() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}
