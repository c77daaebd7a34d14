/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The model a client asks for: a name, and the backend where it is written before it, as in
 * {@code databricks,databricks-claude-sonnet-4} (2.5).
 *
 * @param backend the backend's id, or null where the client names none
 */
public record ModelName(@Nullable String backend, String name) {

    /** Takes {@code asked} apart; what stands before its comma counts only if it is one of {@code backends}. */
    public static ModelName of(String asked, Collection<String> backends) {
        int comma = asked.indexOf(',');
        if (comma >= 0) {
            String backend = asked.substring(0, comma).strip();
            if (backends.contains(backend)) {
                return new ModelName(backend, asked.substring(comma + 1).strip());
            }
        }
        return new ModelName(null, asked);
    }
}
