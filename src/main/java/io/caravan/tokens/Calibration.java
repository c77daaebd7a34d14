/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * What real usage taught about the estimates for one upstream's model: a moving average of real ÷ estimated, between
 * {@value #LEAST} and {@value #MOST}. The first observation is taken as it is. Thread-safe, and bounded in what it keeps.
 */
final class Calibration {

    private static final double LEAST = 0.7;
    private static final double MOST = 2.0;
    /** Outside of these the numbers are not about the same prompt: placeholders, inventions, server-side tool loops. */
    private static final double PLAUSIBLE_LEAST = 0.4;
    private static final double PLAUSIBLE_MOST = 3.5;
    /** In a smaller prompt fixed costs hide what its texts cost. */
    private static final long SMALLEST_PROMPT = 500;
    private static final double WEIGHT = 0.3;
    private static final int MODELS_KEPT = 1000;

    private record Model(String backend, String name) {
    }

    private final Cache<Model, Double> factors = Caffeine.newBuilder().maximumSize(MODELS_KEPT).build();

    /**
     * Takes in one finished request. What cannot be right, and what is too small to tell, is ignored.
     *
     * @param estimated the estimate before calibration
     * @param real      all prompt tokens the upstream billed: uncached, read from and written to the cache
     */
    void observe(String backend, String model, long estimated, long real) {
        if (estimated < SMALLEST_PROMPT) {
            return;
        }
        double ratio = (double) real / estimated;
        boolean plausible = ratio >= PLAUSIBLE_LEAST && ratio <= PLAUSIBLE_MOST;
        if (!plausible) {
            return;
        }
        factors.asMap().merge(new Model(backend, model), bounded(ratio),
                (known, latest) -> known + WEIGHT * (latest - known));
    }

    /** What to multiply an estimate with; 1 while nothing is known. */
    double factor(String backend, String model) {
        return factors.asMap().getOrDefault(new Model(backend, model), 1.0);
    }

    private static double bounded(double ratio) {
        return Math.max(LEAST, Math.min(MOST, ratio));
    }
}
