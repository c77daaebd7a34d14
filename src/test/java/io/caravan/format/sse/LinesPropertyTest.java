/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Eight bytes are looked at together; what is found is what one would find byte by byte. */
class LinesPropertyTest {

    @Property
    void theFirstLineFeedIsFound(@ForAll @Size(max = 60) byte[] bytes, @ForAll @IntRange(max = 60) int one,
            @ForAll @IntRange(max = 60) int other, @ForAll @IntRange(max = 60) int feed) {
        int from = Math.min(bytes.length, Math.min(one, other));
        int to = Math.min(bytes.length, Math.max(one, other));
        if (feed < bytes.length) {
            bytes[feed] = '\n';
        }
        int expected = from;
        while (expected < to && bytes[expected] != '\n') {
            expected++;
        }
        assertEquals(expected, Lines.end(bytes, from, to));
    }
}
