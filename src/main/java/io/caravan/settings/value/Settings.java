/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one list of what can be set, in the order in which it is shown everywhere: from it the known keys,
 * {@code config check} and the tests of the documentation are derived. Immutable.
 */
public final class Settings {

    private final Map<String, Setting> byName = new LinkedHashMap<>();
    private final List<String> prefixes;

    /**
     * @param all      each name once
     * @param prefixes how the names begin that are the gateway's own, such as {@code PROXY_}: a property that begins so
     *                 and is no setting is an error, any other is for somebody else
     */
    public Settings(Collection<Setting> all, Collection<String> prefixes) {
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
