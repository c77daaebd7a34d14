/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The providers there are, in the order in which their backends and settings are listed everywhere. Immutable. */
public final class Providers {

    private final List<Provider> all;

    private Providers(List<Provider> all) {
        this.all = List.copyOf(all);
        Set<String> taken = new HashSet<>();
        for (Backend backend : backends()) {
            if (!taken.add(backend.id()) || !taken.add(backend.setting())) {
                throw new IllegalArgumentException("Two providers have the backend " + backend.id());
            }
        }
    }

    /** Those that come with the gateway. */
    public static Providers builtIn() {
        return new Providers(List.of(new Databricks(), new OpenRouter(), new LiteLlm(), new Anthropic()));
    }

    /** These and one more, behind them. */
    public Providers with(Provider another) {
        List<Provider> more = new ArrayList<>(all);
        more.add(another);
        return new Providers(more);
    }

    List<Provider> all() {
        return all;
    }

    /** All backends. */
    public List<Backend> backends() {
        return all.stream().flatMap(provider -> provider.backends().stream()).toList();
    }

    /** All settings of providers. */
    public List<Setting> settings() {
        return all.stream().flatMap(provider -> provider.settings().stream()).toList();
    }

    /** How the names of these settings begin. */
    public Set<String> prefixes() {
        Set<String> prefixes = new HashSet<>();
        settings().forEach(setting -> prefixes.add(setting.name().split("_")[0] + "_"));
        return prefixes;
    }
}
