/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.ShellWord.Kind;
import java.util.function.Consumer;

/** Reads one word as a shell does: quotes, escapes, variables, substitutions. What is substituted is handed on to be read. */
final class ShellWordReader {

    private static final int DEEPEST = 20;
    private static final String ENDS = " \t\n;&|()<>";
    private static final String ESCAPED_IN_QUOTES = "$`\"\\";
    private static final String SPECIAL_VARIABLES = "@*#?$!-";

    private final ShellText in;
    private final ShellReader owner;
    private final StringBuilder text = new StringBuilder();
    private Kind kind = Kind.KNOWN;
    private boolean bare = true;
    private boolean braces;
    private int depth;

    ShellWordReader(ShellText in, ShellReader owner) {
        this.in = in;
        this.owner = owner;
    }

    /** Reads a word; its text is empty where none begins here. */
    ShellWord read() {
        String beginning = in.plain();
        if (isAtEnd()) {
            return new ShellWord(beginning, kind, bare);
        }
        text.append(beginning);
        while (!isAtEnd()) {
            if (in.continuation()) {
                in.skip(2);
            } else {
                piece(in.next());
            }
        }
        if (braces && !isGroup()) {
            unknown();
        }
        if (isNamedHome()) {
            unknown();
        }
        return new ShellWord(text.toString(), kind, bare);
    }

    private boolean isAtEnd() {
        return !in.more() || ENDS.indexOf(in.peek()) >= 0;
    }

    /** Reads a text in which only variables and substitutions are replaced, as in a here-document. */
    void readDocument() {
        while (in.more()) {
            quotedPiece(in.next());
        }
    }

    private boolean isGroup() {
        return bare && text.length() == 1;
    }

    /** {@code ~somebody}, {@code ~+} and the like. */
    private boolean isNamedHome() {
        return text.length() > 1 && text.charAt(0) == '~' && text.charAt(1) != '/';
    }

    private void piece(char c) {
        switch (c) {
            case '\\' -> escape();
            case '\'' -> single();
            case '"' -> doubleQuotes();
            case '`' -> backquotes();
            case '$' -> dollar(true);
            case '*', '?', '[' -> {
                glob();
                text.append(c);
            }
            case '{', '}' -> {
                braces = true;
                text.append(c);
            }
            default -> plain(c);
        }
    }

    private void plain(char c) {
        if (c == '=' && text.isEmpty()) {
            unknown(); // the path of a command, to some shells
        }
        if (Character.isISOControl(c)) {
            owner.unclear();
        }
        text.append(c);
    }

    private void glob() {
        if (kind == Kind.KNOWN) {
            kind = Kind.GLOB;
        }
    }

    private void unknown() {
        kind = Kind.UNKNOWN;
    }

    private void escape() {
        bare = false;
        if (in.more()) {
            text.append(in.next());
        } else {
            owner.unclear();
        }
    }

    private void single() {
        bare = false;
        quoted('\'', text::append);
    }

    private void doubleQuotes() {
        bare = false;
        quoted('"', this::quotedPiece);
    }

    /** Reads up to {@code end} and over it; without one the command cannot be understood. */
    private void quoted(char end, Consumer<Character> piece) {
        depth++;
        while (in.more() && depth <= DEEPEST) {
            char c = in.next();
            if (c == end) {
                depth--;
                return;
            }
            piece.accept(c);
        }
        owner.unclear();
        in.skip(Integer.MAX_VALUE / 2);
    }

    private void quotedPiece(char c) {
        switch (c) {
            case '\\' -> quotedEscape();
            case '`' -> backquotes();
            case '$' -> dollar(false);
            default -> text.append(c);
        }
    }

    private void quotedEscape() {
        if (in.take('\n')) {
            return;
        }
        if (in.more() && ESCAPED_IN_QUOTES.indexOf(in.peek()) >= 0) {
            text.append(in.next());
        } else {
            text.append('\\');
        }
    }

    /** @param outside whether it stands outside of double quotes */
    private void dollar(boolean outside) {
        int next = in.peek();
        if (next == '(') {
            in.skip(1);
            unknown();
            text.append("$()");
            owner.substitution(in);
        } else if (next == '{') {
            in.skip(1);
            braced(outside);
        } else if (outside && (next == '\'' || next == '"')) {
            dollarQuotes();
        } else if (next != ShellText.END && SPECIAL_VARIABLES.indexOf(next) >= 0) {
            unknown();
            text.append('$').append(in.next());
        } else {
            variable(in.name());
        }
    }

    private void dollarQuotes() {
        unknown();
        bare = false;
        if (in.next() == '"') {
            quoted('"', this::quotedPiece);
        } else {
            quoted('\'', this::ansiPiece);
        }
    }

    /** In {@code $'…'}: what it means to most shells. Others end it at an escaped quote. */
    private void ansiPiece(char c) {
        if (c != '\\') {
            text.append(c);
        } else if (in.peek() == '\'') {
            owner.unclear();
            text.append(in.next());
        } else {
            AnsiEscape.read(in, text);
        }
    }

    private void variable(String name) {
        if (name.isEmpty()) {
            text.append('$');
            return;
        }
        String known = standsFor(name);
        if (known.isEmpty() || !text.isEmpty()) {
            unknown();
        }
        if (known.isEmpty()) {
            known = "$" + name;
        }
        text.append(known);
    }

    private static String standsFor(String name) {
        return switch (name) {
            case "HOME" -> "~";
            case "PWD" -> ".";
            default -> "";
        };
    }

    private void braced(boolean outside) {
        String name = in.name();
        if (in.take('}')) {
            variable(name);
            return;
        }
        unknown();
        text.append("${").append(name);
        quoted('}', c -> {
            if (outside) {
                bracedPiece(c);
            } else {
                quotedPiece(c);
            }
        });
    }

    private void bracedPiece(char c) {
        switch (c) {
            case '\'' -> single();
            case '"' -> doubleQuotes();
            case '\\' -> escape();
            default -> quotedPiece(c);
        }
    }

    private void backquotes() {
        unknown();
        bare = false;
        StringBuilder command = new StringBuilder();
        quoted('`', c -> {
            if (c == '\\' && in.more() && ESCAPED_IN_QUOTES.indexOf(in.peek()) >= 0) {
                command.append(in.next());
            } else {
                command.append(c);
            }
        });
        text.append("$()");
        owner.substituted(command.toString());
    }
}
