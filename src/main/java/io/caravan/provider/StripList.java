/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.util.regex.Pattern;

/** How the list of what an upstream is never sent is written. */
final class StripList {

    /** For those who have written it otherwise. */
    static final String FORM = "an entry is key, parent.key, beta:NAME or beta:prefix-*; none for no entry";

    private static final String BETA = "[A-Za-z0-9][A-Za-z0-9._-]*\\*?";
    private static final String FIELD = "\\w+(\\.\\w+)?";
    private static final Pattern ENTRY = Pattern.compile(FIELD + "|beta:" + BETA);

    private StripList() {
    }

    static boolean isEntry(String entry) {
        return ENTRY.matcher(entry).matches();
    }
}
