/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.math.BigDecimal;
import java.util.Optional;

/** A decimal number as people write it. */
final class Decimal {

    private static final int LONGEST = 20;

    private Decimal() {
    }

    /** The number, without zeros at its end; empty if it is none, or longer than anybody means. */
    static Optional<BigDecimal> of(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(text).stripTrailingZeros());
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
