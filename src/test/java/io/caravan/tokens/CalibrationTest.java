/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {

    private final Calibration calibration = new Calibration();

    @Test
    void nothingKnownChangesNothing() {
        assertEquals(1, calibration.factor("b", "m"));
    }

    @Test
    void itConvergesToWhatRequestsReallyCost() {
        Random random = new Random(7);
        calibration.observe("b", "m", 10_000, 10_000);
        for (int i = 0; i < 15; i++) {
            long estimated = 5_000 + random.nextInt(100_000);
            calibration.observe("b", "m", estimated, Math.round(estimated * (0.85 + (random.nextDouble() - 0.5) * 0.04)));
        }
        assertEquals(0.85, calibration.factor("b", "m"), 0.02);
    }

    @Test
    void itFollowsAChange() {
        for (int i = 0; i < 20; i++) {
            calibration.observe("b", "m", 10_000, 9_000);
        }
        for (int i = 0; i < 10; i++) {
            calibration.observe("b", "m", 10_000, 13_000);
        }
        assertEquals(1.3, calibration.factor("b", "m"), 0.03);
    }

    @ParameterizedTest
    @CsvSource({"4500, 0.7", "30000, 2.0", "7000, 0.7", "20000, 2.0"})
    void itStaysWithinItsBounds(long real, double factor) {
        for (int i = 0; i < 20; i++) {
            calibration.observe("b", "m", 10_000, real);
        }
        assertEquals(factor, calibration.factor("b", "m"), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({"10000, 100", "10000, 0", "10000, -5", "10000, 675947905", "14, 20", "0, 100", "0, 0", "-10, 20"})
    void whatCannotBeRightTeachesNothing(long estimated, long real) {
        calibration.observe("b", "m", estimated, real);
        assertEquals(1, calibration.factor("b", "m"));
    }

    @Test
    void eachUpstreamsModelIsItsOwn() {
        calibration.observe("b", "m", 10_000, 9_000);
        assertTrue(calibration.factor("b", "m") < 1);
        assertEquals(1, calibration.factor("b", "other"));
        assertEquals(1, calibration.factor("other", "m"));
    }
}
