/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.caravan.provider.Providers;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings read from a few variables, and from whatever files the test has put into its directory. */
public final class Given {

    /** A directory without files, for tests that need none. */
    public static final Path NOWHERE = Path.of("target", "no-such-directory").toAbsolutePath();

    /** All that can be set. */
    public static final Setting.Catalogue ALL = ProcessSettings.with(Providers.builtIn());

    private Given() {}

    /** The setting of a name. */
    public static Setting setting(String name) {
        return ALL.ofProperty(name).orElseThrow();
    }

    public static GatewaySettings settings(Path directory, String... namesAndValues) {
        return GatewaySettings.read(variables(namesAndValues), directory);
    }

    public static GatewaySettings settings(String... namesAndValues) {
        return settings(NOWHERE, namesAndValues);
    }

    /** The one line that says why these settings cannot be used. */
    public static String refusal(Path directory, String... namesAndValues) {
        String message = assertThrows(SettingsException.class, () -> settings(directory, namesAndValues)).getMessage();
        assertFalse(message.isBlank());
        assertFalse(message.lines().count() > 1, message);
        return message;
    }

    public static String refusal(String... namesAndValues) {
        return refusal(NOWHERE, namesAndValues);
    }

    private static Map<String, String> variables(String... namesAndValues) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return variables;
    }
}
