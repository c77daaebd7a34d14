/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The headers a client sent, in order; names compare without case. Prints no values: some are secrets. */
public final class ClientHeaders {

    private final List<Map.Entry<String, String>> entries;

    public ClientHeaders(List<Map.Entry<String, String>> entries) {
        this.entries = List.copyOf(entries);
    }

    public List<Map.Entry<String, String>> entries() {
        return entries;
    }

    /** The first value, or null. */
    public @Nullable String first(String name) {
        for (Map.Entry<String, String> entry : entries) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** All values of a header joined by {@code ", "} in the order they came, or null. */
    public @Nullable String joined(String name) {
        StringJoiner values = new StringJoiner(", ");
        boolean any = false;
        for (Map.Entry<String, String> entry : entries) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                values.add(entry.getValue());
                any = true;
            }
        }
        return any ? values.toString() : null;
    }

    @Override
    public String toString() {
        return entries.stream().map(Map.Entry::getKey).toList().toString();
    }
}
