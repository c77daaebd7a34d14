/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be set, named as its environment variable. Immutable; each is made once, as a constant of whoever
 * reads it, and equal to itself alone.
 *
 * <p>A duration is a number with {@code ms}, {@code s}, {@code m} or {@code h}; without a unit it is in seconds, in
 * milliseconds if the name ends in {@code _MS}. A switch is true, false, 1, 0, yes, no, on or off. A list is separated
 * by commas; {@code none} is the empty list. An empty value counts as not set, but for a list of what is left out, where it
 * is the empty list.
 */
public final class Setting {

    private enum Display { MASKED, WHOLE, SECRET }

    private final String name;
    private final @Nullable String fallback;
    private final String description;
    private final Display display;

    private Setting(String name, @Nullable String fallback, String description, Display display) {
        this.name = name;
        this.fallback = fallback;
        this.description = description;
        this.display = display;
    }

    /** One without a fixed default; {@code description} says in a few words what it does. */
    public static Setting of(String name, String description) {
        return new Setting(name, null, description, Display.MASKED);
    }

    /** One with a fixed default. */
    public static Setting of(String name, String fallback, String description) {
        return new Setting(name, fallback, description, Display.MASKED);
    }

    /** One whose value must never be shown. */
    public static Setting secret(String name, String description) {
        return new Setting(name, null, description, Display.SECRET);
    }

    /** The same, but shown to its end and without anything masked: for a long value that can hold neither URL nor secret. */
    public Setting shownWhole() {
        return new Setting(name, fallback, description, Display.WHOLE);
    }

    /** Its environment variable. */
    public String name() {
        return name;
    }

    /** The built-in value, if there is a fixed one. */
    public Optional<String> defaultValue() {
        return Optional.ofNullable(fallback);
    }

    /** What it does, in a few words. */
    public String description() {
        return description;
    }

    /** Whether its value must never be shown. */
    public boolean secret() {
        return display == Display.SECRET;
    }

    /** Whether an empty value is the empty list, and not as if it were not set. */
    boolean emptyMeansNone() {
        return name.endsWith("_STRIP");
    }

    /** Its name in {@code application.properties}, such as {@code databricks.max-retries}. */
    public String property() {
        return name.toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
    }

    /** {@code value} as it may be shown. */
    String shown(String value) {
        return switch (display) {
            case SECRET -> "***";
            case WHOLE -> value;
            case MASKED -> SettingValue.masked(value);
        };
    }

    /** {@code name} in the spelling in which all names of one setting are equal. */
    static String plain(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * The one list of what can be set, in the order in which it is shown everywhere: from it the known keys,
     * {@code config check} and the tests of the documentation are derived. Immutable.
     */
    public static final class Catalogue {

        private final Map<String, Setting> byName = new LinkedHashMap<>();
        private final List<String> prefixes;

        /**
         * @param all      each name once
         * @param prefixes how the names begin that are the gateway's own, such as {@code PROXY_}: a property that begins so
         *                 and is no setting is an error, any other is for somebody else
         */
        public Catalogue(Collection<Setting> all, Collection<String> prefixes) {
            this.prefixes = List.copyOf(prefixes);
            for (Setting setting : all) {
                if (byName.put(setting.name(), setting) != null) {
                    throw new IllegalArgumentException("The setting " + setting.name() + " is declared twice");
                }
            }
        }

        /** All of them, in order. */
        public Collection<Setting> all() {
            return byName.values();
        }

        /** The setting that a property means; dots, dashes and underscores are equal and letter case does not count. */
        public Optional<Setting> ofProperty(String property) {
            return Optional.ofNullable(byName.get(Setting.plain(property)));
        }

        /** Whether a property would have to be a setting. */
        boolean owns(String property) {
            return prefixes.stream().anyMatch(Setting.plain(property)::startsWith);
        }

        /** The property of the setting that somebody who wrote {@code property} most likely meant. */
        String nearest(String property) {
            String bare = property.substring(property.split("[._-]")[0].length() + 1);
            return ofProperty(bare).map(Setting::property)
                    .orElseGet(() -> NearestName.of(property, byName.values().stream().map(Setting::property).toList()));
        }
    }
}
