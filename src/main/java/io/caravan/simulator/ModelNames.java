/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.regex.Pattern;

/** What a Claude model can, read from its name; a name that is not known can all. */
final class ModelNames {

    private static final Pattern ADAPTIVE_ONLY =
            Pattern.compile("opus-4-[7-9]|(opus|sonnet|haiku|fable|mythos)-[5-9]");
    private static final Pattern BUDGET_ONLY =
            Pattern.compile("claude-3|(opus|sonnet|haiku)-4($|-[0-5]($|\\D)|-\\d{8})");
    private static final Pattern NO_SCHEMA_OUTPUT = Pattern.compile("(opus|sonnet|haiku)-5-5|fable-5-1");

    private ModelNames() {}

    static boolean takesSampling(String model) {
        return !ADAPTIVE_ONLY.matcher(model).find();
    }

    static boolean takesBudget(String model) {
        return !ADAPTIVE_ONLY.matcher(model).find();
    }

    static boolean takesAdaptive(String model) {
        return !BUDGET_ONLY.matcher(model).find();
    }

    /** Whether Databricks' chat takes {@code response_format} with a schema for it. */
    static boolean takesSchemaOutput(String model) {
        return !NO_SCHEMA_OUTPUT.matcher(model).find();
    }
}
