/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, as Anthropic's clients ask for it.
 *
 * @param ids  what it shows, in the list's order
 * @param more whether as much as was asked for is not all there is
 */
record Page(List<String> ids, boolean more) {

    /**
     * The first {@code limit} of what the list holds, or the last of them where an end is given.
     *
     * @param after  what stands before the page; a name that is not in the list is its beginning
     * @param before what stands behind the page where {@code after} is not given; a name that is not in the list is its end
     */
    static Page of(List<String> all, @Nullable String after, @Nullable String before, int limit) {
        List<String> asked = between(all, after, before);
        int from = 0;
        if (before != null) {
            from = Math.max(0, asked.size() - limit);
        }
        return new Page(asked.subList(from, Math.min(asked.size(), from + limit)), asked.size() > limit);
    }

    private static List<String> between(List<String> all, @Nullable String after, @Nullable String before) {
        if (after != null) {
            return all.subList(all.indexOf(after) + 1, all.size());
        }
        int end = all.indexOf(before);
        if (end < 0) {
            return all;
        }
        return all.subList(0, end);
    }
}
