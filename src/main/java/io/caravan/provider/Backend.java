/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code PROXY_BACKEND}, a row of the model table or a route names.
 *
 * @param id      its name in routes, {@code models.yaml}, metrics and logs: lower-case letters, digits and dashes
 * @param setting the value of {@code PROXY_BACKEND} that chooses it
 * @param name    what people call it, such as {@code Azure Databricks}
 * @param apart   whether the health pages, the statistics and the start log have a part of their own for it
 */
public record Backend(String id, String setting, String name, boolean apart) {

    /** What stands where no backend is meant; none may be called so. */
    public static final String NONE = "none";
    /** What stands where a page means the settings' chain of backends; none may be called so. */
    public static final String CHAIN = "chain";

    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /** @throws IllegalArgumentException if the id cannot be one */
    public Backend {
        if (!ID.matcher(id).matches() || List.of(NONE, CHAIN).contains(id)) {
            throw new IllegalArgumentException("No backend can have the id " + id);
        }
    }

    /** One like most, without a part of its own on pages about several. */
    public Backend(String id, String setting, String name) {
        this(id, setting, name, false);
    }

    /** Whether people mean it by {@code name}: its id, or the value of {@code PROXY_BACKEND}, in any case. */
    public boolean isCalled(String name) {
        return id.equalsIgnoreCase(name) || setting.equalsIgnoreCase(name);
    }

    /** The member of JSON pages that holds its part, such as {@code azure_databricks}. */
    public String member() {
        return setting.toLowerCase(Locale.ROOT);
    }

    /**
     * What a backend was found to be when it was last asked for its models.
     *
     * @param models        the models it lists, each with whether it is ready; empty where it gave no list
     * @param latencyMillis how long it took to answer; 0 where it was not asked
     * @param reason        why it is not available, without host and secret; null where it is
     */
    public record State(Status status, Map<String, Boolean> models, long latencyMillis, @Nullable String reason) {

        /** In the words of {@code /health/detailed}, but for the letter case. */
        public enum Status {
            /** It answered with its models. */
            AVAILABLE,
            /** It cannot be reached, fails or refuses the gateway's credential. */
            UNAVAILABLE,
            /** Settings it needs are missing. */
            NOT_CONFIGURED,
            /** It was not asked, for want of a credential, or has no such list. */
            UNKNOWN
        }

        /** Several that do the same, as one: there as soon as one is there, with the models of all that are. */
        public static State ofAll(List<State> states) {
            List<State> there = states.stream().filter(state -> state.status() == Status.AVAILABLE).toList();
            if (states.size() == 1 || there.isEmpty()) {
                return states.stream().filter(state -> !state.down()).findFirst().orElse(states.get(0));
            }
            Map<String, Boolean> models = new TreeMap<>();
            there.forEach(state -> state.models().forEach((name, ready) -> models.merge(name, ready, Boolean::logicalOr)));
            long slowest = there.stream().mapToLong(State::latencyMillis).max().orElseThrow();
            return new State(Status.AVAILABLE, models, slowest, null);
        }

        /** Whether a request sent there now would fail. */
        public boolean down() {
            return status == Status.UNAVAILABLE || status == Status.NOT_CONFIGURED;
        }
    }
}
