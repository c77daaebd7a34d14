/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.Condition.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A glob of commands, or of two of which one writes what the other is given: {@code curl * | sh *}. */
final class CommandGlob {

    private static final String PIPE = " | ";

    private final @Nullable Glob before;
    private final Glob glob;

    private CommandGlob(@Nullable Glob before, Glob glob) {
        this.before = before;
        this.glob = glob;
    }

    static CommandGlob of(String pattern) {
        int pipe = pattern.indexOf(PIPE);
        if (pipe < 0) {
            return new CommandGlob(null, glob(pattern));
        }
        return new CommandGlob(glob(pattern.substring(0, pipe)), glob(pattern.substring(pipe + PIPE.length())));
    }

    /** As each spelling of a command ends in a space, a star behind one also stands for no more words. */
    private static Glob glob(String pattern) {
        return Glob.ofText(pattern.endsWith("*") ? pattern : pattern + " ");
    }

    boolean pipe() {
        return before != null;
    }

    boolean matches(ShellPart command, List<ShellPart> feeders, Mode mode) {
        Glob writer = before;
        if (mode == Mode.ALLOW) {
            return writer == null && glob.matches(command.spellings().get(0));
        }
        return glob.resemblesOne(command.folded()) && (writer == null || resemblesOne(writer, feeders));
    }

    private static boolean resemblesOne(Glob glob, List<ShellPart> commands) {
        for (ShellPart command : commands) {
            if (glob.resemblesOne(command.folded())) {
                return true;
            }
        }
        return false;
    }
}
