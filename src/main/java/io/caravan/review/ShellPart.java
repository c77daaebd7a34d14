/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.util.List;
import java.util.Set;

/** A command that a shell command runs, or a file that it redirects from or to. */
final class ShellPart {

    enum Use { RUN, READ, WRITE }

    private static final String SUFFIX = ".exe";

    private final Use use;
    private final List<ShellWord> words;
    private final int feeders;
    private final Set<String> folders;
    private final boolean guess;
    private final List<String> spellings;
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
        this.spellings = spellings(this.words);
        this.folded = spellings.stream().map(Glob::fold).toList();
    }

    private static List<String> spellings(List<ShellWord> words) {
        StringBuilder whole = new StringBuilder();
        for (ShellWord word : words) {
            whole.append(word.text()).append(' ');
        }
        String name = words.get(0).text();
        String last = lastName(name);
        if (last.equals(name)) {
            return List.of(whole.toString());
        }
        return List.of(whole.toString(), last + whole.substring(name.length()));
    }

    /** A command's name without its path, and without Windows' {@code .exe}. */
    static String lastName(String command) {
        String last = command.substring(command.lastIndexOf('/') + 1);
        boolean suffixed = last.regionMatches(true, last.length() - SUFFIX.length(), SUFFIX, 0, SUFFIX.length());
        return suffixed ? last.substring(0, last.length() - SUFFIX.length()) : last;
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

    /** The words with a space behind each; then, where the command is more than a name, the same with its name alone. */
    List<String> spellings() {
        return spellings;
    }

    /** The same, folded. */
    List<String> folded() {
        return folded;
    }

    boolean known() {
        for (ShellWord word : words) {
            if (!word.known()) {
                return false;
            }
        }
        return true;
    }
}
