/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingSources;
import java.util.List;
import java.util.function.Consumer;

/** What is said at start of a chosen backend that cannot serve as it is set. */
final class ChosenWarnings {

    private final SettingSources sources;
    private final Consumer<String> warnings;

    ChosenWarnings(SettingSources sources, Consumer<String> warnings) {
        this.sources = sources;
        this.warnings = warnings;
    }

    void of(UpstreamSettings chosen, boolean clientKeys) {
        String name = chosen.backend().setting();
        if (!chosen.configured()) {
            warnings.accept(name + " cannot be used: " + String.join(" and ", chosen.missing())
                    + (chosen.missing().size() == 1 ? " is" : " are") + " not set" + misspelt(chosen.missing())
                    + ", and requests are answered with 503; set what is missing, or run `caravan demo`, which needs no key");
        }
        if (chosen.auth() instanceof Auth.PassThrough pass && clientKeys) {
            warnings.accept(name + " passes the client's own credential on, but never one of PROXY_API_KEYS: clients that"
                    + " send only such a key are answered with 503; set " + pass.setting() + ", or run `caravan demo`");
        }
    }

    /** The names among the variables that are all but those that are missing. */
    private String misspelt(List<String> missing) {
        List<String> hints = missing.stream().flatMap(name -> sources.misspellings(name).stream()
                .map(other -> "is " + other + " meant to be " + name + "?")).toList();
        return hints.isEmpty() ? "" : " (" + String.join(" ", hints) + ")";
    }
}
