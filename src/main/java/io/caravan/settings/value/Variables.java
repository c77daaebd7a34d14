/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What <code>${NAME}</code> stands for in a text.
 *
 * @param known gives what a variable stands for, if it is set; null: every text stands for itself
 */
record Variables(@Nullable Function<String, Optional<String>> known) {

    static final Variables NONE = new Variables(null);

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*)})?");

    /** @param wrong makes the error of what is said to be wrong */
    String expand(String text, Function<String, SettingsException> wrong) {
        Function<String, Optional<String>> values = known;
        if (values == null) {
            return text;
        }
        return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), values, wrong)));
    }

    private static String value(@Nullable String variable, Function<String, Optional<String>> values,
            Function<String, SettingsException> wrong) {
        if (variable == null) {
            throw wrong.apply("${ must be followed by the name of a variable and }");
        }
        return values.apply(variable).orElseThrow(() -> wrong.apply("the variable " + variable
                + " is not set; set it in the environment or in .env"));
    }
}
