/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long an upstream asks to be left alone (E14). */
class RetryAfterTest {

    @ParameterizedTest
    @CsvSource({"2,2", "1.5,2", "0,0", "3600,3600", "999999999,999999999", "'Sat, 21 Nov 2015 01:00:00 GMT',0"})
    void whatAnUpstreamAsksForIsAWait(String header, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), RetryAfter.wait(RetryAfter.seconds(header)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "NaN", "1e99"})
    void whatIsNotReadableAsksForNothing(String header) {
        assertNull(RetryAfter.wait(RetryAfter.seconds(header)));
    }

    @Test
    void noHeaderAsksForNothing() {
        assertNull(RetryAfter.wait(RetryAfter.seconds(null)));
    }
}
