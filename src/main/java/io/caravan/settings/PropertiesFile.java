package io.caravan.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads {@code application.properties}, ours and the user's. */
final class PropertiesFile {

    static final String NAME = "application.properties";

    private static final List<String> OWN = List.of("PROXY_", "DATABRICKS_", "OPENROUTER_", "LITELLM_", "ANTHROPIC_");

    private PropertiesFile() {}

    /** The file on the class path; empty where there is none. */
    static Map<String, String> builtIn() {
        try (InputStream in = PropertiesFile.class.getResourceAsStream("/" + NAME)) {
            return in == null ? Map.of() : load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException("the built-in " + NAME + " cannot be read: build the jar again");
        }
    }

    /**
     * The file in {@code directory}; empty where there is none.
     *
     * @throws SettingsException if it cannot be read, or holds an unknown key, or one setting twice
     */
    static Map<String, String> of(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            Map<String, String> properties = load(reader);
            requireKnownKeys(properties);
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

    private static void requireKnownKeys(Map<String, String> properties) {
        Map<Setting, String> seen = new TreeMap<>();
        for (String key : properties.keySet()) {
            Optional<Setting> setting = Setting.ofProperty(key);
            if (setting.isEmpty() && isOurs(key)) {
                throw new SettingsException(NAME + ": the key " + key + " is not known; did you mean " + nearest(key) + "?");
            }
            String other = setting.map(known -> seen.put(known, key)).orElse(null);
            if (other != null) {
                throw new SettingsException(NAME + ": " + other + " and " + key + " are the same setting; keep one");
            }
        }
    }

    private static boolean isOurs(String key) {
        return OWN.stream().anyMatch(Setting.plain(key)::startsWith);
    }

    private static String nearest(String key) {
        String bare = key.substring(key.split("[._-]")[0].length() + 1);
        return Setting.ofProperty(bare).map(Setting::property)
                .orElseGet(() -> NearestName.of(key, Stream.of(Setting.values()).map(Setting::property).toList()));
    }
}
