/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A command that a shell command runs, or a file that it redirects from or to. */
final class ShellPart {

    enum Use { RUN, READ, WRITE }

    private final Use use;
    private final List<ShellWord> words;
    private final int feeders;
    private final Set<String> folders;
    private final boolean guess;
    private final List<String> texts;
    private final List<String> folded;

    /**
     * @param feeders how many of the commands before it may have written what it is given
     * @param folders where it may run, each as it was said; the empty one is where the shell is
     * @param guess   whether it may be no command at all: it can then be denied, and needs no leave
     */
    ShellPart(Use use, List<ShellWord> words, int feeders, Set<String> folders, boolean guess) {
        this.use = use;
        this.words = List.copyOf(words);
        this.feeders = feeders;
        this.folders = folders;
        this.guess = guess;
        this.texts = texts(this.words);
        this.folded = texts.stream().map(Glob::fold).toList();
    }

    private static List<String> texts(List<ShellWord> words) {
        String whole = words.stream().map(ShellWord::text).collect(Collectors.joining(" "));
        String name = words.get(0).text();
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            return List.of(whole);
        }
        return List.of(whole, whole.substring(slash + 1));
    }

    Use use() {
        return use;
    }

    /** At least one. */
    List<ShellWord> words() {
        return words;
    }

    int feeders() {
        return feeders;
    }

    Set<String> folders() {
        return folders;
    }

    boolean guess() {
        return guess;
    }

    /** The words with a space between them; then, where the command is a path, the same with its last name alone. */
    List<String> texts() {
        return texts;
    }

    /** The same, folded. */
    List<String> folded() {
        return folded;
    }

    boolean known() {
        return words.stream().allMatch(ShellWord::known);
    }
}
