/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PauseTest {

    private final Caller client = new Caller();
    private final Call call = client.calls(null);

    @Test
    void itEndsByItself() {
        assertDoesNotThrow(() -> Pause.real().await(Duration.ofMillis(1), call));
    }

    @Test
    void itEndsWhenTheClientLeaves() throws Exception {
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> Pause.real().await(Duration.ofHours(1), call));
        client.leaves();
        ExecutionException ended = assertThrows(ExecutionException.class, () -> waiting.get(20, TimeUnit.SECONDS));
        assertEquals(Kind.CLIENT_GONE, ((Failure) ended.getCause()).kind());
    }

    // 8.5
    @Test
    void itEndsWhenTheGatewayStops() throws Exception {
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> Pause.real().await(Duration.ofHours(1), call));
        call.life().stop();
        ExecutionException ended = assertThrows(ExecutionException.class, () -> waiting.get(20, TimeUnit.SECONDS));
        assertEquals(503, ((Failure) ended.getCause()).status());
    }

    @Test
    void aClientThatHasLeftIsNotWaitedFor() {
        client.leaves();
        assertThrows(Failure.class, () -> Pause.real().await(Duration.ofHours(1), call));
    }

    @Test
    void anInterruptEndsItAndIsKept() {
        Thread.currentThread().interrupt();
        assertThrows(Failure.class, () -> Pause.real().await(Duration.ofHours(1), call));
        assertTrue(Thread.interrupted());
    }
}
