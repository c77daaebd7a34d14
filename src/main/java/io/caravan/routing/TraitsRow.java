/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.format.ModelTraits;
import io.caravan.format.ModelTraits.Thinking;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A row of the table's {@code traits}: a glob over upstreams' names for models, and what these models take. */
record TraitsRow(ModelRow glob, ModelTraits traits) {

    /** What is assumed of a model no row knows: nothing special. */
    static final ModelTraits UNKNOWN = new ModelTraits(false, 0, true, Thinking.NONE, true, false, true);

    static final List<String> KEYS =
            List.of("claude", "max-output", "sampling", "thinking", "json-schema", "system-turns", "tokenizer");

    /** @throws IllegalArgumentException saying in a few words what is wrong */
    static TraitsRow of(String glob, Map<String, String> values) {
        return new TraitsRow(ModelRow.of(glob, "{model}"), new ModelTraits(
                yes(values, "claude", true),
                number(values.getOrDefault("max-output", "0")),
                yes(values, "sampling", true),
                thinking(values.getOrDefault("thinking", "none")),
                yes(values, "json-schema", true),
                yes(values, "system-turns", false),
                oneOf("tokenizer", values.getOrDefault("tokenizer", "new"), "old", "new").equals("new")));
    }

    boolean matches(String model) {
        return glob.resolve(model).isPresent();
    }

    private static boolean yes(Map<String, String> values, String key, boolean otherwise) {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        return oneOf(key, value, "yes", "no", "true", "false").matches("yes|true");
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("max-output: give a whole number");
        }
        return Integer.parseInt(text);
    }

    private static Thinking thinking(String text) {
        return Thinking.valueOf(oneOf("thinking", text, "none", "budget", "adaptive", "both").toUpperCase(Locale.ROOT));
    }

    private static String oneOf(String key, String value, String... valid) {
        for (String one : valid) {
            if (one.equalsIgnoreCase(value)) {
                return one;
            }
        }
        throw new IllegalArgumentException(key + ": use one of " + String.join(", ", valid));
    }
}
