/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import io.caravan.format.ModelTraits;
import io.caravan.format.ModelTraits.Thinking;

/** Models of each kind, by the names that the golden requests use. */
public final class Traits {

    private Traits() {
    }

    public static ModelTraits of(String kind) {
        return switch (kind) {
            case "adaptive" -> new ModelTraits(true, 64000, false, Thinking.ADAPTIVE, false, true, true);
            case "both" -> new ModelTraits(true, 64000, true, Thinking.BOTH, false, true, true);
            case "budget" -> new ModelTraits(true, 64000, true, Thinking.BUDGET, false, false, false);
            case "small" -> new ModelTraits(true, 20000, true, Thinking.BUDGET, false, false, false);
            case "old" -> new ModelTraits(true, 0, true, Thinking.NONE, false, false, false);
            case "other" -> new ModelTraits(false, 0, true, Thinking.NONE, false, false, false);
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
