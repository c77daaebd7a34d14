/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

/**
 * A word of a shell command, its quotes removed.
 *
 * @param text what it is; where that cannot be known, how it is written
 * @param kind how much of it is known
 * @param bare whether it is written without a quote or an escape, as keywords have to be
 */
record ShellWord(String text, Kind kind, boolean bare) {

    enum Kind {
        KNOWN,
        /** The names of files that match it. */
        GLOB,
        /** It has a variable or a substitution in it, or what only some shells replace. */
        UNKNOWN
    }

    /** What a command is given from elsewhere. */
    static final ShellWord ANYTHING = new ShellWord("{}", Kind.UNKNOWN, false);

    boolean known() {
        return kind == Kind.KNOWN;
    }

    boolean option() {
        return text.length() > 1 && text.charAt(0) == '-';
    }
}
