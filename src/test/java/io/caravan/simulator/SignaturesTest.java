/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;

class SignaturesTest {

    @Example
    void thoseOfOthersOnlyHaveToHoldSomething() {
        assertTrue(Signatures.isIntact("ErUBCkYICxgCIkD", "any"));
        assertFalse(Signatures.isIntact(" ", "any"));
        assertTrue(Signatures.isIntactRedacted("=="));
        assertFalse(Signatures.isIntactRedacted(""));
    }

    @Property(tries = 500)
    void noCharacterMayChange(@ForAll @IntRange(min = 1, max = 1_000_000) int id,
            @ForAll @IntRange(max = 60) int place, @ForAll @CharRange(from = '!', to = '~') char other) {
        String signature = Signatures.of(id, "thought");
        assertTrue(Signatures.isIntact(signature, "thought"));
        assertTrue(Signatures.isIntact(signature, ""));
        assertFalse(Signatures.isIntact(signature, "another thought"));
        String changed = changed(signature, place, other);
        assertTrue(changed.equals(signature) || !Signatures.isIntact(changed, "thought"), changed);

        String data = Signatures.redacted(id);
        assertTrue(Signatures.isIntactRedacted(data));
        String changedData = changed(data, place, other);
        assertTrue(changedData.equals(data) || !Signatures.isIntactRedacted(changedData), changedData);
    }

    private static String changed(String text, int place, char other) {
        int at = place % text.length();
        return text.substring(0, at) + other + text.substring(at + 1);
    }
}
