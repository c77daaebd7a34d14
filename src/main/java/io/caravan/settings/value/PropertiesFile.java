/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Reads {@code application.properties}, ours and the user's. */
final class PropertiesFile {

    static final String NAME = "application.properties";

    private PropertiesFile() {}

    /** The file on the class path; empty where there is none. */
    static Map<String, String> builtIn() {
        try (InputStream in = PropertiesFile.class.getResourceAsStream("/" + NAME)) {
            if (in == null) {
                return Map.of();
            }
            return load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException("the built-in " + NAME + " cannot be read: build the jar again");
        }
    }

    /**
     * The file in {@code directory}; empty where there is none.
     *
     * @param settings what may stand in it
     * @throws SettingsException if it cannot be read, or holds an unknown key, or one setting twice
     */
    static Map<String, String> of(Path directory, Setting.Catalogue settings) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            Map<String, String> properties = load(reader);
            requireKnownKeys(properties, settings);
            return properties;
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(file + " cannot be read: make it a readable properties file in UTF-8");
        }
    }

    private static Map<String, String> load(Reader reader) throws IOException {
        Properties loaded = new Properties();
        loaded.load(reader);
        Map<String, String> properties = new TreeMap<>();
        loaded.stringPropertyNames().forEach(key -> properties.put(key, loaded.getProperty(key)));
        return properties;
    }

    private static void requireKnownKeys(Map<String, String> properties, Setting.Catalogue settings) {
        Map<Setting, String> seen = new HashMap<>();
        for (String key : properties.keySet()) {
            Optional<Setting> setting = settings.ofProperty(key);
            if (setting.isEmpty() && settings.owns(key)) {
                throw new SettingsException(
                        NAME + ": the key " + key + " is not known; did you mean " + settings.nearest(key) + "?");
            }
            String other = setting.map(known -> seen.put(known, key)).orElse(null);
            if (other != null) {
                throw new SettingsException(NAME + ": " + other + " and " + key + " are the same setting; keep one");
            }
        }
    }
}
