/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

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
}
