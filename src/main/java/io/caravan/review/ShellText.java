/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The text of a shell command, and how far it is read. */
final class ShellText {

    static final int END = -1;

    /**
     * A here-document that was announced and has not come yet.
     *
     * @param literal whether nothing in it is replaced
     * @param tabs    whether its lines may be indented with tabs
     * @param words   the words of the command it is for, which are not complete yet
     */
    record Document(String delimiter, boolean literal, boolean tabs, List<ShellWord> words) {}

    private static final boolean[] PLAIN = plain("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,@%+");

    private static boolean[] plain(String characters) {
        boolean[] plain = new boolean[128];
        characters.chars().forEach(c -> plain[c] = true);
        return plain;
    }

    private final String text;
    private final Deque<Document> documents = new ArrayDeque<>();
    private int at;

    ShellText(String text) {
        this.text = text;
    }

    Deque<Document> documents() {
        return documents;
    }

    /** The next character, which is not read by this; {@link #END} at the end. */
    int peek() {
        return peek(0);
    }

    int peek(int ahead) {
        int index = at + ahead;
        if (index < text.length()) {
            return text.charAt(index);
        }
        return END;
    }

    boolean more() {
        return at < text.length();
    }

    /** Reads the next character; there has to be one. */
    char next() {
        return text.charAt(at++);
    }

    /** Reads {@code expected} if it is next. */
    boolean take(char expected) {
        boolean there = peek() == expected;
        if (there) {
            at++;
        }
        return there;
    }

    void skip(int characters) {
        at = Math.min(text.length(), at + characters);
    }

    void skipBlanks() {
        while (peek() == ' ' || peek() == '\t' || continuation()) {
            skip(continuation() ? 2 : 1);
        }
    }

    /** Whether the line goes on in the next one. */
    boolean continuation() {
        return peek() == '\\' && peek(1) == '\n';
    }

    /** Reads up to the end of the line, and over it. */
    String line() {
        int end = text.indexOf('\n', at);
        if (end < 0) {
            end = text.length();
        }
        String line = text.substring(at, end);
        at = Math.min(text.length(), end + 1);
        return line;
    }

    /** Passes what is a comment; the line's end is left. */
    void skipComment() {
        while (more() && peek() != '\n') {
            at++;
        }
    }

    /** Reads what means nothing but itself, up to whatever may; empty where there is nothing of that kind. */
    String plain() {
        int from = at;
        while (more() && isPlain(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private static boolean isPlain(char c) {
        return c < PLAIN.length && PLAIN[c];
    }

    /** Reads a name of letters, digits and underscores; empty where there is none. */
    String name() {
        int from = at;
        while (more() && isNamePart(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private static boolean isNamePart(char c) {
        return c == '_' || c < 128 && Character.isLetterOrDigit(c);
    }
}
