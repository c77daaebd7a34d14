/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import io.caravan.provider.ChatDialect.Rule;
import java.util.Set;

/**
 * How an upstream spells the wire format it speaks: what a converter and a sender must know, told as what the upstream does
 * and never as who it is. Immutable; any thread.
 */
public interface Dialect {

    /** The Messages format as Anthropic documents it, by the word that settings have for it. */
    static Dialect messages(String word) {
        return new MessagesDialect(word);
    }

    /** The word by which settings and pages call it, such as {@code native} or {@code chat}. */
    String word();

    /** The format it is a dialect of. */
    WireFormat format();

    /** The name by which it knows a model that the model table calls {@code name}. */
    default String model(String name) {
        return name;
    }

    /** What follows an upstream's URL to name the model; empty where the body names it. */
    default String modelPath(String model) {
        return "";
    }

    /** The rules of transformation that are on unless a setting names others (ledger 5.9). */
    default Set<Rule> rules() {
        return Set.of();
    }
}
