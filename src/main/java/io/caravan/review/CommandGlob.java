/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.Condition.Mode;
import java.util.List;

/** A glob of commands, or of two of which one writes what the other is given: {@code curl * | sh *}. */
final class CommandGlob {

    private static final String PIPE = " | ";
    private static final String MORE_WORDS = " *";

    private final List<Glob> before;
    private final List<Glob> globs;

    private CommandGlob(List<Glob> before, List<Glob> globs) {
        this.before = before;
        this.globs = globs;
    }

    static CommandGlob of(String pattern) {
        int pipe = pattern.indexOf(PIPE);
        if (pipe < 0) {
            return new CommandGlob(List.of(), globs(pattern));
        }
        return new CommandGlob(globs(pattern.substring(0, pipe)), globs(pattern.substring(pipe + PIPE.length())));
    }

    /** One that ends in a star behind a space also matches the command without more words. */
    private static List<Glob> globs(String pattern) {
        Glob whole = Glob.ofText(pattern.strip());
        if (!pattern.endsWith(MORE_WORDS)) {
            return List.of(whole);
        }
        return List.of(whole, Glob.ofText(pattern.substring(0, pattern.length() - MORE_WORDS.length())));
    }

    boolean pipe() {
        return !before.isEmpty();
    }

    boolean matches(ShellPart command, List<ShellPart> feeders, Mode mode) {
        if (mode == Mode.ALLOW) {
            return !pipe() && globs.stream().anyMatch(glob -> glob.matches(command.texts().get(0)));
        }
        boolean itself = resembles(globs, command);
        return itself && (!pipe() || feeders.stream().anyMatch(feeder -> resembles(before, feeder)));
    }

    private static boolean resembles(List<Glob> globs, ShellPart command) {
        return command.folded().stream().anyMatch(text -> globs.stream().anyMatch(glob -> glob.resembles(text)));
    }
}
