/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import static io.caravan.faults.WholeAnswer.Part.CONTENT;
import static io.caravan.faults.WholeAnswer.Part.HEAD;
import static io.caravan.faults.WholeAnswer.Part.MESSAGE_DELTA;
import static io.caravan.faults.WholeAnswer.Part.MESSAGE_START;
import static io.caravan.faults.WholeAnswer.Part.NOTHING;
import static io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition.CLOSED_TO_OPEN;
import static io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition.HALF_OPEN_TO_CLOSED;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.Responder;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three workspaces under load while one fault after the other strikes, and the accounts of it (-Pfaults). Behind each
 * phase the gateway is let recover, then everything must add up. Of the workspaces {@code w0} serves one request a
 * connection, so that it can be reset anywhere; {@code w1} takes OAuth tokens that live three seconds.
 */
@Tag("faults")
class FaultSuiteTest {

    private static final int CLIENTS = 24;
    private static final Duration PHASE = Duration.ofMillis(2500);
    private static final Duration WARM_UP = Duration.ofSeconds(9);
    private static final double MOST_HEAP = 1.1;
    private static final int[] OUTAGES = {500, 502, 503, 529, 504};

    private Gateway gateway;
    private Load load;
    private Books books;
    private List<Script> scripts;

    @Test
    void whateverStrikesEveryRequestHasOneOutcomeAndTheBooksBalance() {
        try (Gateway started = Gateway.startWorkspaces(3, "circuit_breaker_threshold=5", "circuit_breaker_timeout=1",
                        "w1.auth=oauth", "DATABRICKS_MAX_RETRIES=3", "DATABRICKS_TIMEOUT=3s", "API_TIMEOUT_MS=4000",
                        "PROXY_STREAM_SILENCE=3s");
                Load clients = new Load(started, CLIENTS)) {
            gateway = started;
            load = clients;
            books = new Books(gateway);
            scripts = List.of(Script.of(gateway, 0, true), Script.of(gateway, 1, false), Script.of(gateway, 2, false));

            long warm = warmUp();
            refused();
            cutBeforeContent();
            cutInContent();
            stalled();
            dripping();
            busy();
            outages();
            flapping();
            lying();
            tokensExpire();
            clientsLeave();
            allDead();
            assertHeap(warm);
            assertEquals(1, Books.watches());
        }
        assertEquals(0, Books.watches());
    }

    private long warmUp() {
        load.mixed(WARM_UP.dividedBy(3)).assertOnly("COMPLETE");
        play(Faulty.status(OUTAGES), 0, 1, 2);
        load.mixed(WARM_UP.dividedBy(3)).assertOnly("COMPLETE", "ERROR_STATUS");
        play(Faulty.healthy(), 0, 1, 2);
        recover();
        load.mixed(WARM_UP.dividedBy(3)).assertOnly("COMPLETE");
        account("warm-up");
        return Books.heap();
    }

    private void refused() {
        gateway.workspaces().close(0);
        load.mixed(PHASE).assertOnly("COMPLETE");
        assertOpened(0);
        CompletableFuture<Void> back = CompletableFuture.runAsync(() -> gateway.workspaces().reopen(0));
        load.mixed(PHASE).assertOnly("COMPLETE");
        back.join();
        account("refused");
    }

    private void cutBeforeContent() {
        play(Faulty.cutBeforeContent(), 0);
        load.mixed(PHASE).assertOnly("COMPLETE");
        assertOpened(0);
        account("cut before the content");
    }

    private void cutInContent() {
        play(Faulty.cut(CONTENT, MESSAGE_DELTA), 0);
        Tally tally = load.streams(PHASE);
        tally.assertOnly("COMPLETE", "ERROR_EVENT api_error");
        assertTrue(tally.of("ERROR_EVENT") >= 1, tally::toString);
        assertOpened(0);
        account("cut in the content");
    }

    private void stalled() {
        play(Faulty.stall(NOTHING, HEAD, MESSAGE_START, CONTENT, MESSAGE_DELTA), 1);
        Tally tally = load.mixed(PHASE.multipliedBy(2));
        tally.assertOnly("COMPLETE", "ERROR_EVENT", "ERROR_STATUS 504");
        assertTrue(tally.of("ERROR_STATUS 504") >= 1, tally::toString);
        assertOpened(1);
        account("stalled");
    }

    private void dripping() {
        play(Faulty.drip(), 2);
        load.mixed(PHASE).assertOnly("COMPLETE");
        assertCalm(0, 1, 2);
        account("dripping");
    }

    private void busy() {
        play(Faulty.status(new int[] {429}, "retry-after", "1"), 0);
        play(Faulty.status(new int[] {429}), 1);
        load.mixed(PHASE).assertOnly("COMPLETE");
        play(Faulty.status(new int[] {429}, "retry-after", "3600"), 2);
        load.mixed(PHASE).assertOnly("ERROR_STATUS 429");
        assertCalm(0, 1, 2);
        account("busy");
    }

    private void outages() {
        play(Faulty.status(OUTAGES), 0, 1);
        load.mixed(PHASE).assertOnly("COMPLETE");
        assertOpened(0, 1);
        assertCalm(2);
        account("outages");
    }

    private void flapping() {
        play(Faulty.flapping(7, Faulty.cutBeforeContent()), 0);
        play(Faulty.flapping(11, Faulty.status(OUTAGES)), 1);
        load.mixed(PHASE).assertOnly("COMPLETE");
        assertOpened(0, 1);
        assertCalm(2);
        account("flapping");
    }

    private void lying() {
        for (Responder lie : List.of(Faulty.html(200), Faulty.html(503), Faulty.errorIn200())) {
            play(lie, 2);
            load.mixed(PHASE.dividedBy(2)).assertOnly("COMPLETE");
            assertOpened(2);
            account("lying");
        }
    }

    private void tokensExpire() {
        long fetched = gateway.workspace(1).tokenRequests();
        CompletableFuture<Tally> loaded = CompletableFuture.supplyAsync(() -> load.mixed(PHASE.multipliedBy(2)));
        for (int i = 0; i < 3; i++) {
            long enough = scripts.get(1).requests() + 500;
            await().atMost(Gateway.PATIENCE).until(() -> loaded.isDone() || scripts.get(1).requests() > enough);
            gateway.workspace(1).revokeTokens();
        }
        loaded.join().assertOnly("COMPLETE");
        assertTrue(gateway.workspace(1).tokenRequests() > fetched + 1);
        assertCalm(0, 1, 2);
        account("tokens");
    }

    private void clientsLeave() {
        play(Faulty.drip(), 0, 1, 2);
        Tally tally = load.leaving(PHASE);
        tally.assertOnly("COMPLETE", "LEFT 200");
        assertTrue(tally.of("LEFT") > 0, tally::toString);
        assertCalm(0, 1, 2);
        account("left");
    }

    private void allDead() {
        IntStream.range(0, 3).forEach(gateway.workspaces()::close);
        load.mixed(PHASE).assertOnly("ERROR_STATUS 503");
        assertOpened(0, 1, 2);
        IntStream.range(0, 3).forEach(gateway.workspaces()::reopen);
        account("all dead");
    }

    private void play(Responder fault, int... workspaces) {
        for (int number : workspaces) {
            scripts.get(number).play(fault);
        }
    }

    /** Their breakers have opened, from closed. */
    private void assertOpened(int... workspaces) {
        for (int number : workspaces) {
            List<StateTransition> history = books.history(number);
            assertTrue(history.contains(CLOSED_TO_OPEN), "w" + number + ": " + history);
        }
    }

    private void assertCalm(int... workspaces) {
        for (int number : workspaces) {
            assertEquals(List.of(), books.history(number), "the breaker of w" + number);
        }
    }

    /** All is well again: trials close the breakers, clients notice nothing, and everything adds up. */
    private void account(String phase) {
        books.assertAtRest();
        books.assertCounted(scripts);
        play(Faulty.healthy(), 0, 1, 2);
        recover();
        load.mixed(Duration.ofMillis(500)).assertOnly("COMPLETE");
        books.assertAtRest();
        books.assertCounted(scripts);
        System.out.println(phase + ": " + scripts.stream().map(Script::requests).toList());
        IntStream.range(0, 3).forEach(books::history);
    }

    private void recover() {
        boolean[] wasOpen = new boolean[3];
        IntStream.range(0, 3).forEach(number -> wasOpen[number] = books.open(number));
        await().atMost(Gateway.PATIENCE).until(() -> {
            load.plain(CLIENTS).assertOnly("COMPLETE", "ERROR_STATUS 503");
            return !books.anyOpen();
        });
        for (int i = 0; i < 3; i++) {
            List<StateTransition> history = books.history(i);
            assertTrue(!wasOpen[i] || history.get(history.size() - 1) == HALF_OPEN_TO_CLOSED, "w" + i + ": " + history);
        }
    }

    private static void assertHeap(long warm) {
        long now = Books.heap();
        System.out.println("heap: " + warm / 1024 + " KB warm, " + now / 1024 + " KB at the end");
        assertTrue(now <= warm * MOST_HEAP, "heap: " + warm + " warm, " + now + " at the end");
    }
}
