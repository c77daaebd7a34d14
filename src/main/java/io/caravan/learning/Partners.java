/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which beta travels with which body field (rule P6): an upstream gets both or neither. One step only: a field takes its
 * betas along, a beta its fields.
 */
public final class Partners {

    private final Map<FieldPath, List<String>> betasByField;

    private Partners(Map<FieldPath, List<String>> betasByField) {
        this.betasByField = betasByField;
    }

    /** @param pairs field path to the betas (names, or prefixes ending in {@code *}) that go with it */
    public static Partners of(Map<String, List<String>> pairs) {
        Map<FieldPath, List<String>> byField = new java.util.LinkedHashMap<>();
        pairs.forEach((field, betas) -> byField.put(FieldPath.of(field), List.copyOf(betas)));
        return new Partners(byField);
    }

    /** {@code refused} with the partners of all it names. */
    public Refusals complete(Refusals refused) {
        Set<FieldPath> fields = new LinkedHashSet<>(refused.fields());
        Set<String> betas = new LinkedHashSet<>(refused.betas());
        betasByField.forEach((field, partners) -> {
            for (FieldPath named : refused.fields()) {
                if (field.isIn(named)) {
                    betas.addAll(partners);
                }
            }
            for (String named : refused.betas()) {
                for (String partner : partners) {
                    if (matches(partner, named) || matches(named, partner)) {
                        fields.add(field);
                    }
                }
            }
        });
        return new Refusals(fields, betas, refused.maxTokens());
    }

    /** Whether {@code beta} is what {@code pattern} names: the same, or one with the prefix before its {@code *}. */
    static boolean matches(String pattern, String beta) {
        return pattern.endsWith("*") ? beta.startsWith(pattern.substring(0, pattern.length() - 1)) : pattern.equals(beta);
    }
}
