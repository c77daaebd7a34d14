/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which beta travels with which body field (rule P6): an upstream gets both or neither. One step only: a field takes its
 * betas along, a beta its fields.
 */
final class Partners {

    private final Map<FieldPath, List<String>> betasByField;

    private Partners(Map<FieldPath, List<String>> betasByField) {
        this.betasByField = betasByField;
    }

    /** @param pairs field path to the betas (names, or prefixes ending in {@code *}) that go with it */
    static Partners of(Map<String, List<String>> pairs) {
        Map<FieldPath, List<String>> byField = new LinkedHashMap<>();
        pairs.forEach((field, betas) -> byField.put(FieldPath.of(field), List.copyOf(betas)));
        return new Partners(byField);
    }

    /** {@code refused} with the partners of all it names. */
    Refusals complete(Refusals refused) {
        Set<FieldPath> fields = new LinkedHashSet<>(refused.fields());
        Set<String> betas = new LinkedHashSet<>(refused.betas());
        betasByField.forEach((field, partners) -> {
            if (refused.fields().stream().anyMatch(field::isIn)) {
                betas.addAll(partners);
            }
            if (refused.betas().stream().anyMatch(named -> isAmong(partners, named))) {
                fields.add(field);
            }
        });
        return new Refusals(fields, betas, refused.maxTokens());
    }

    /** The fields that travel with {@code beta}. */
    List<FieldPath> fields(String beta) {
        List<FieldPath> fields = new ArrayList<>(2);
        betasByField.forEach((field, partners) -> {
            if (isAmong(partners, beta)) {
                fields.add(field);
            }
        });
        return fields;
    }

    /** Whether a field that is sent with {@code betas} has one that it travels with, if there are any. */
    boolean isAccompanied(FieldPath field, Set<String> betas) {
        List<String> needed = new ArrayList<>(2);
        betasByField.forEach((travelling, partners) -> {
            if (travelling.isIn(field)) {
                needed.addAll(partners);
            }
        });
        return needed.isEmpty() || betas.stream().anyMatch(beta -> isAmong(needed, beta));
    }

    /** Whether {@code named}, a beta or the beginning of several, has to do with one of {@code partners}. */
    private static boolean isAmong(List<String> partners, String named) {
        return partners.stream().anyMatch(partner -> matches(partner, named) || matches(named, partner));
    }

    /** Whether {@code beta} is what {@code pattern} names: the same, or one with the prefix before its {@code *}. */
    static boolean matches(String pattern, String beta) {
        if (!pattern.endsWith("*")) {
            return pattern.equals(beta);
        }
        return beta.startsWith(pattern.substring(0, pattern.length() - 1));
    }
}
