/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.util.Collection;

/**
 * A setting, or a file of settings, that cannot be used. The message is one line ready to be shown: what is wrong,
 * where it was given, and what to give instead. It never holds a secret.
 */
public class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what to show; line breaks and other control characters become spaces */
    public SettingsException(String message) {
        super(message.replaceAll("\\p{Cntrl}+", " "));
    }

    /**
     * What follows a name that is not known: {@code did you mean NAME?}, with the one of {@code candidates} that is spelt
     * most like it; letter case and the separators {@code . - _} do not count.
     *
     * @param candidates at least one name
     */
    public static String didYouMean(String name, Collection<String> candidates) {
        return "did you mean " + NearestName.of(name, candidates) + "?";
    }
}
