/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SessionAffinityRaceTest {

    private static final int PICKS = 300_000;

    @Test
    void theOnlyOneLeftIsChosenWhileItsRequestsComeAndGo() {
        List<Workspace> only = Spaces.of(1);
        SessionAffinity strategy = new SessionAffinity(new LeastRequests());
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService others = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 2; i++) {
                others.execute(() -> {
                    while (!over.get()) {
                        only.get(0).tryBegin().failed(null);
                    }
                });
            }
            for (int i = 0; i < PICKS; i++) {
                assertNotNull(strategy.choose(only, () -> "session"), "chosen");
            }
        } finally {
            over.set(true);
            others.shutdown();
        }
    }
}
