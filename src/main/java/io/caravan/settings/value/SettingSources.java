/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The places a setting can come from, strongest first. A value is trimmed; an empty one is skipped, unless the setting is a
 * list that it empties.
 */
public final class SettingSources {

    /** The setting that decides which {@code .env.NAME} is among the sources. */
    public static final Setting ENVIRONMENT =
            Setting.of("ENVIRONMENT", "production", "the name of the environment; .env.NAME is read before .env");

    private static final String PROCESS = "environment";
    private static final String DEFAULT = "default";
    private static final Pattern QUOTED = Pattern.compile("(?s)\\s*([\"']).*\\1\\s*");
    private static final int ENV_LAYERS = 3;
    private static final List<String> ALSO_LOWER_CASE = List.of("HTTPS_PROXY", "NO_PROXY");

    private record Layer(String source, Map<String, String> values) {}

    private final Map<String, String> environment;
    private final Path directory;
    private final Setting.Catalogue settings;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, String> camel = new TreeMap<>();

    private SettingSources(Map<String, String> environment, Path directory, Setting.Catalogue settings) {
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.settings = settings;
    }

    /**
     * Reads all sources; {@link #ENVIRONMENT} decides which {@code .env.NAME} is among them.
     *
     * @param environment      the variables of the process
     * @param workingDirectory where the files are looked for; none need exist
     * @param settings         what can be set
     * @throws SettingsException if a file cannot be read, or holds a key that is none
     */
    public static SettingSources open(Map<String, String> environment, Path workingDirectory,
            Setting.Catalogue settings) {
        SettingSources sources = new SettingSources(environment, workingDirectory.toAbsolutePath().normalize(), settings);
        Path directory = sources.directory;
        Map<String, String> own = PropertiesFile.of(directory, settings);
        Map<String, String> builtIn = PropertiesFile.builtIn();
        Map<String, String> usual = EnvFile.read(directory, ".env", environment, Map.of());
        sources.layers.add(new Layer(PROCESS, variables(environment)));
        sources.layers.add(new Layer(".env", spelled(variables(usual))));
        sources.layers.add(new Layer(PropertiesFile.NAME, properties(own)));
        sources.layers.add(new Layer(DEFAULT, properties(builtIn)));

        String name = ".env." + sources.environment();
        Map<String, String> special = spelled(variables(EnvFile.read(directory, name, environment, usual)));
        special.remove(ENVIRONMENT.name()); // it cannot rename the environment that chose it
        sources.layers.add(1, new Layer(name, special));

        sources.addCamel(builtIn);
        sources.addCamel(own);
        return sources;
    }

    /** The same read once more: the files may have changed, the process's variables have not. */
    public SettingSources again() {
        return open(environment, directory, settings);
    }

    /** What can be set. */
    public Setting.Catalogue settings() {
        return settings;
    }

    /** The absolute working directory. */
    public Path directory() {
        return directory;
    }

    /** The value of the strongest source that has one, or its fixed default. */
    public Optional<SettingValue> find(Setting setting) {
        for (Layer layer : layers) {
            String value = layer.values.get(setting.name());
            if (value != null && counts(setting, value)) {
                requireNoQuotes(layer, setting.name(), value);
                return Optional.of(new SettingValue(setting, value.strip(), layer.source));
            }
        }
        return setting.defaultValue().map(value -> new SettingValue(setting, value, DEFAULT));
    }

    private static boolean counts(Setting setting, String value) {
        return setting.emptyMeansNone() || !value.isBlank();
    }

    /** Docker's {@code --env-file}, Compose's lists and Kubernetes take quotes as part of the value. */
    private static void requireNoQuotes(Layer layer, String name, String value) {
        if (layer.source.equals(PROCESS) && QUOTED.matcher(value).matches()) {
            throw new SettingsException(name + " (" + PROCESS + ") is not valid: quotes around the value have become part of"
                    + " it; give it without them, as docker's --env-file and Kubernetes want it");
        }
    }

    /** The value of a setting that has a fixed default. */
    public SettingValue get(Setting setting) {
        return find(setting).orElseThrow();
    }

    /** The names of those that have no value. */
    public List<String> missing(Setting... needed) {
        return Stream.of(needed).filter(setting -> find(setting).isEmpty()).map(Setting::name).toList();
    }

    /** Any variable of the environment or, weaker, the {@code .env} files; an empty one counts as not set. */
    public Optional<String> variable(String name) {
        for (Layer layer : layers.subList(0, ENV_LAYERS)) {
            String value = layer.values.getOrDefault(name, "");
            if (!value.isBlank()) {
                requireNoQuotes(layer, name, value);
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /**
     * The variables of the environment or the {@code .env} files that somebody who meant {@code name} may have misspelt it
     * as: those one edit away that are no settings, in alphabetical order.
     */
    public List<String> misspellings(String name) {
        return layers.stream().limit(ENV_LAYERS).flatMap(layer -> layer.values.keySet().stream())
                .filter(other -> settings.ofProperty(other).filter(known -> known.name().equals(other)).isEmpty())
                .filter(other -> NearestName.oneEditApart(other, name)).distinct().sorted().toList();
    }

    /** Whether some source other than the defaults has a value. */
    public boolean given(Setting setting) {
        return find(setting).filter(value -> !value.source().equals(DEFAULT)).isPresent();
    }

    /** Every property that is no setting, {@code camel.*} and whatever routes refer to, the user's over the built-in ones. */
    public Map<String, String> camelProperties() {
        return camel;
    }

    /** The name of the environment: a file is named after it, so it has no separators. */
    public String environment() {
        SettingValue value = get(ENVIRONMENT);
        if (!value.text().matches("[A-Za-z0-9._-]{1,64}")) {
            throw value.invalid("use letters, digits, dots, dashes and underscores");
        }
        return value.text();
    }

    private static Map<String, String> variables(Map<String, String> values) {
        Map<String, String> known = new HashMap<>(values);
        for (String name : ALSO_LOWER_CASE) {
            if (known.getOrDefault(name, "").isBlank()) {
                known.put(name, values.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
            }
        }
        return known;
    }

    /** With the names that are spelt otherwise in the spelling of settings too, as in {@code application.properties}. */
    private static Map<String, String> spelled(Map<String, String> values) {
        Map<String, String> spelled = new HashMap<>(values);
        values.forEach((name, value) -> spelled.putIfAbsent(Setting.plain(name), value));
        return spelled;
    }

    private static Map<String, String> properties(Map<String, String> values) {
        Map<String, String> plain = new HashMap<>();
        values.forEach((key, value) -> plain.put(Setting.plain(key), value));
        return plain;
    }

    private void addCamel(Map<String, String> properties) {
        properties.forEach((key, value) -> {
            if (settings.ofProperty(key).isEmpty()) {
                camel.keySet().removeIf(other -> sameCamelKey(other, key));
                camel.put(key, value.strip());
            }
        });
    }

    private static boolean sameCamelKey(String one, String other) {
        return one.replace("-", "").equalsIgnoreCase(other.replace("-", ""));
    }
}
