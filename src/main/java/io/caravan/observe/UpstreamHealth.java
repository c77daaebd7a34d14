/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Backend;
import io.caravan.routing.ModelRouting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A backend's state as a page shows it, with what becomes of the model table's aliases there. */
final class UpstreamHealth {

    private static final String MISSING = "missing";

    private final ModelRouting routing;
    private final String id;
    private final Backend.State state;

    UpstreamHealth(ModelRouting routing, String id, Backend.State state) {
        this.routing = routing;
        this.id = id;
        this.state = state;
    }

    static String word(Backend.State state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }

    /** Status and, of one that was asked, the time it took and the number of its models or what is amiss. */
    static Map<String, Object> summary(Backend.State state) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("status", word(state));
        if (state.status() == Backend.State.Status.AVAILABLE) {
            summary.put("models", state.models().size());
            summary.put("latency_ms", state.latencyMillis());
        } else if (state.reason() != null) {
            summary.put("reason", state.reason());
            summary.put("latency_ms", state.latencyMillis());
        }
        return summary;
    }

    /**
     * For each model by which the backend is known, and each it lists, by the name clients use: available, not_ready,
     * missing, or unknown where the backend gave no list.
     */
    Map<String, String> endpoints() {
        Map<String, String> found = new LinkedHashMap<>();
        routing.known(id, state.models().keySet()).forEach((name, model) -> found.put(name, presence(model)));
        return found;
    }

    /** A line for each alias whose target the backend does not list. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        routing.targets(id).forEach((target, alias) -> {
            if (presence(target).equals(MISSING)) {
                warnings.add("the model table leads from " + alias + " to " + target + ", which " + id + " does not list");
            }
        });
        return warnings;
    }

    private String presence(String target) {
        if (state.status() != Backend.State.Status.AVAILABLE) {
            return "unknown";
        }
        if (Boolean.FALSE.equals(state.models().get(target))) {
            return "not_ready";
        }
        boolean listed = state.models().keySet().stream().anyMatch(name -> covers(name, target));
        return listed ? "available" : MISSING;
    }

    /** Whether a name of the list is that of {@code target}; LiteLLM lists what it passes on with {@code *} at its end. */
    private static boolean covers(String listed, String target) {
        if (!listed.endsWith("*")) {
            return listed.equals(target);
        }
        return target.startsWith(listed.substring(0, listed.length() - 1));
    }
}
