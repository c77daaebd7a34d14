/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.ShellPart.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes a shell command apart into the commands it runs and the files it redirects from and to, each of them found wherever
 * it stands: in a list, a pipe, a group, a substitution, a here-document, a string that is run.
 */
final class ShellReader {

    private static final int DEEPEST = 24;
    private static final Set<String> DEVICES = Set.of("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin");

    private final ShellText in;
    private final ShellScript script;
    private final int depth;
    private boolean alwaysFed;
    private boolean fed;
    private boolean substituted;
    private List<ShellWord> words = new ArrayList<>();
    private List<String> given = new ArrayList<>();

    /** @param fed whether the commands are given what others have written */
    private ShellReader(ShellText in, ShellScript script, int depth, boolean fed) {
        this.in = in;
        this.script = script;
        this.depth = depth;
        this.alwaysFed = fed;
        this.fed = fed;
    }

    /** Reads a whole command into {@code script}. */
    static void read(String command, ShellScript script, int depth, boolean fed) {
        if (depth > DEEPEST || !script.admits()) {
            script.unclear();
            return;
        }
        ShellText text = new ShellText(command);
        new ShellReader(text, script, depth, fed).readTo(ShellText.END);
        if (!text.documents().isEmpty()) {
            script.unclear();
        }
    }

    void unclear() {
        script.unclear();
    }

    /** Reads the commands of {@code $(…)}, whose beginning has been read. */
    void substitution(ShellText from) {
        substituted = true;
        boolean announced = !from.documents().isEmpty();
        nested(from);
        if (announced || !from.documents().isEmpty()) {
            script.unclear(); // shells differ in which line is the document's first
        }
    }

    /** Reads the commands between backquotes. */
    void substituted(String command) {
        substituted = true;
        read(command, script, depth + 1, fed);
    }

    private void nested(ShellText from) {
        if (depth >= DEEPEST || !script.admits()) {
            script.unclear();
            from.skip(Integer.MAX_VALUE / 2);
            return;
        }
        new ShellReader(from, script, depth + 1, fed).readTo(')');
    }

    private void readTo(int end) {
        in.skipBlanks();
        while (in.more()) {
            if (in.peek() == end) {
                in.skip(1);
                finish();
                return;
            }
            step();
            in.skipBlanks();
        }
        finish();
        if (end != ShellText.END) {
            script.unclear();
        }
    }

    private void step() {
        switch (in.peek()) {
            case '\n' -> newLine();
            case ';' -> separator(1);
            case '&' -> ampersand();
            case '|' -> pipe();
            case '(' -> group();
            case ')' -> {
                script.unclear();
                separator(1);
            }
            case '<', '>' -> redirection();
            case '#' -> in.skipComment();
            default -> word();
        }
    }

    private void newLine() {
        separator(1);
        while (!in.documents().isEmpty()) {
            document(in.documents().remove());
        }
    }

    private void separator(int length) {
        finish();
        in.skip(length);
        fed = alwaysFed;
    }

    private void ampersand() {
        if (in.peek(1) == '>') {
            in.skip(1);
            redirection();
        } else {
            separator(in.peek(1) == '&' || in.peek(1) == '!' ? 2 : 1);
        }
    }

    private void pipe() {
        if (in.peek(1) == '|') {
            separator(2);
        } else {
            separator(in.peek(1) == '&' ? 2 : 1);
            fed = true;
        }
    }

    private void group() {
        if (!words.isEmpty()) {
            script.unclear(); // a function, an array, or the qualifier of a glob
            finish();
        }
        in.skip(1);
        nested(in);
    }

    private void word() {
        ShellWord word = new ShellWordReader(in, this).read();
        boolean descriptor = word.bare() && isNumber(word.text()) && (in.peek() == '<' || in.peek() == '>');
        if (!descriptor) {
            words.add(word);
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void redirection() {
        boolean out = in.next() == '>';
        if (in.take('(')) {
            substitution(in);
            words.add(new ShellWord("<()", ShellWord.Kind.UNKNOWN, false));
        } else if (out) {
            written();
        } else if (in.take('<')) {
            here();
        } else if (in.take('>')) {
            file(Use.WRITE, false);
        } else {
            file(Use.READ, in.take('&'));
        }
    }

    private void written() {
        if (!in.take('>')) {
            in.take('|');
        }
        file(Use.WRITE, in.take('&'));
    }

    /** @param copy whether it may be a number, which is no file */
    private void file(Use use, boolean copy) {
        if (in.take('!') || in.take('|')) {
            script.unclear(); // to some shells a part of the sign
        }
        in.skipBlanks();
        ShellWord target = new ShellWordReader(in, this).read();
        if (target.text().isEmpty()) {
            script.unclear();
            return;
        }
        boolean descriptor = copy && (isNumber(target.text()) || target.text().equals("-"));
        boolean device = target.known() && DEVICES.contains(target.text());
        if (!descriptor && !device) {
            script.file(use, target);
        }
    }

    private void here() {
        if (in.take('<')) {
            in.skipBlanks();
            given.add(new ShellWordReader(in, this).read().text());
            return;
        }
        boolean tabs = in.take('-');
        in.skipBlanks();
        ShellWord delimiter = new ShellWordReader(in, this).read();
        if (delimiter.text().isEmpty() || !delimiter.known()) {
            script.unclear();
        }
        in.documents().add(new ShellText.Document(delimiter.text(), !delimiter.bare(), tabs, words));
    }

    private void document(ShellText.Document document) {
        StringBuilder body = new StringBuilder();
        boolean ended = false;
        while (in.more() && !ended) {
            String line = in.line();
            if (document.tabs()) {
                line = line.replaceFirst("^\t+", "");
            }
            ended = line.equals(document.delimiter());
            if (!ended) {
                body.append(line).append('\n');
            }
        }
        if (!ended) {
            script.unclear();
        }
        if (!document.literal()) {
            if (body.indexOf("\\\n") >= 0) {
                script.unclear(); // the end may be written on two lines
            }
            new ShellWordReader(new ShellText(body.toString()), this).readDocument();
            substituted = false;
        }
        runIfShell(document.words(), body.toString());
    }

    private void finish() {
        if (!words.isEmpty()) {
            boolean opens = new ShellCommand(script, depth, fed || substituted).add(words);
            alwaysFed |= opens && fed;
            given.forEach(text -> runIfShell(words, text));
        }
        words = new ArrayList<>();
        given = new ArrayList<>();
        substituted = false;
    }

    /** What a shell is given to read it runs. */
    private void runIfShell(List<ShellWord> command, String text) {
        if (command.stream().anyMatch(word -> ShellCommand.isShell(word.text()))) {
            read(text, script, depth + 1, fed);
        }
    }
}
