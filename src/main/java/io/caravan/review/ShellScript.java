/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.ShellPart.Use;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a shell command was taken apart into. */
final class ShellScript {

    private static final int MOST_PARTS = 500;
    private static final int MOST_TEXTS = 1_000;
    private static final int MOST_WORDS = 4_000;
    private static final int MOST_CHARACTERS = 200_000;
    private static final int MOST_FOLDERS = 8;
    private static final int LONGEST = 32_768;

    private final List<ShellPart> parts = new ArrayList<>();
    private final List<ShellPart> commands = new ArrayList<>();
    private Set<String> folders = Set.of("");
    private boolean clear = true;
    private int texts;
    private int words;
    private int characters;

    /** Takes {@code command} apart, as far as it can be. */
    static ShellScript of(String command) {
        ShellScript script = new ShellScript();
        if (command.length() > LONGEST) {
            script.unclear();
        }
        ShellReader.read(command.substring(0, Math.min(LONGEST, command.length())), script, 0, false);
        return script;
    }

    List<ShellPart> parts() {
        return parts;
    }

    /** The commands that may have written what {@code part} is given. */
    List<ShellPart> feeders(ShellPart part) {
        return commands.subList(0, part.feeders());
    }

    /** Whether the parts are all that the command does. */
    boolean clear() {
        return clear;
    }

    void unclear() {
        clear = false;
    }

    /** Whether one more list of commands may be read; what is not read is not clear. */
    boolean admits() {
        texts++;
        boolean room = texts <= MOST_TEXTS && parts.size() < MOST_PARTS;
        clear &= room;
        return room;
    }

    void run(List<ShellWord> words, boolean fed) {
        add(Use.RUN, words, fed, false);
    }

    /** A command that may run, or not. */
    void guess(List<ShellWord> words, boolean fed) {
        add(Use.RUN, words, fed, true);
    }

    void file(Use use, ShellWord target) {
        add(use, List.of(target), false, false);
    }

    private void add(Use use, List<ShellWord> of, boolean fed, boolean guess) {
        words += of.size();
        if (words <= MOST_WORDS) {
            of.forEach(word -> characters += word.text().length());
        }
        if (words > MOST_WORDS || characters > MOST_CHARACTERS || parts.size() >= MOST_PARTS) {
            clear = false;
            return;
        }
        ShellPart part = new ShellPart(use, of, fed ? commands.size() : 0, folders, guess);
        parts.add(part);
        if (use == Use.RUN) {
            commands.add(part);
        }
    }

    /** The commands that follow run in {@code target}, or where they ran before if there is no such folder. */
    void changeFolder(ShellWord target) {
        Set<String> now = new LinkedHashSet<>(folders);
        folders.forEach(folder -> now.add(Places.join(folder, target.text())));
        boolean followed = target.known() && !target.text().equals("-");
        if (!followed || now.size() > MOST_FOLDERS) {
            clear = false;
        } else {
            folders = Set.copyOf(now);
        }
    }
}
