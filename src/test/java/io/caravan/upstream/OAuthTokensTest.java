/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Auth;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.Secret;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Responder;
import io.caravan.simulator.Simulator;
import io.caravan.simulator.SimulatorOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ledger 5.3: fetched once, renewed before its end, never fetched by two at once. */
class OAuthTokensTest {

    private static final Duration LIFE = Duration.ofHours(1);

    private final Simulator simulator =
            Simulator.start(SimulatorOptions.defaults().withClient("me:canary-7f3a").withTokenLife(LIFE));
    private final AtomicLong clock = new AtomicLong();
    private final OAuthTokens tokens = tokens(simulator.url(), "canary-7f3a");

    private OAuthTokens tokens(URI workspace, String secret) {
        return new OAuthTokens("east", new Auth.OAuth(workspace.resolve("/oidc/v1/token"), "me", Secret.of(secret)),
                new PlainRequest(new GatewaySettings.Outgoing(null, null, List.of(), null)), clock::get);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void pass(double partOfLife) {
        clock.addAndGet((long) (LIFE.toNanos() * partOfLife));
    }

    private Failure failure(OAuthTokens failing) {
        Throwable thrown = assertThrows(CompletionException.class, () -> failing.current().join()).getCause();
        Failure fault = assertInstanceOf(Failure.class, thrown);
        assertFalse(fault.getMessage().contains("canary") || fault.getMessage().contains("127.0.0.1"), fault.getMessage());
        return fault;
    }

    private static Responder answering(int status, String json) {
        return (request, reply) -> {
            reply.status(status).header("content-type", "application/json").send(json.getBytes(StandardCharsets.UTF_8));
            return true;
        };
    }

    @Test
    void itIsAskedForAsDatabricksWantsIt() throws InterruptedException {
        assertEquals("simulated-oauth-1", tokens.current().join());

        RecordedRequest request = simulator.take(Duration.ofSeconds(10));
        assertEquals("POST", request.method());
        assertEquals("grant_type=client_credentials&scope=all-apis", new String(request.body(), StandardCharsets.UTF_8));
        assertTrue(request.header("content-type").startsWith("application/x-www-form-urlencoded"));
    }

    @Test
    void theOutgoingProxyIsUsed() throws InterruptedException {
        simulator.respondWith(answering(200, "{\"access_token\":\"by-proxy\"}"));
        OAuthTokens proxied = new OAuthTokens("east",
                new Auth.OAuth(URI.create("http://workspace.invalid/oidc/v1/token"), "me", Secret.of("canary-7f3a")),
                new PlainRequest(new GatewaySettings.Outgoing(simulator.url(), null, List.of(), null)), clock::get);

        assertEquals("by-proxy", proxied.current().join());
        assertEquals("http://workspace.invalid/oidc/v1/token", simulator.take(Duration.ofSeconds(10)).target());
    }

    @Test
    void manyWhoWaitGetOne() {
        CountDownLatch allWait = new CountDownLatch(1);
        simulator.respondWith((request, reply) -> {
            allWait.await();
            return false;
        });
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(tokens.current());
        }
        allWait.countDown();

        waiting.forEach(one -> assertEquals("simulated-oauth-1", one.join()));
        assertEquals(1, simulator.tokenRequests());
    }

    @Test
    void atFourFifthsOfItsLifeTheNextIsFetchedWhileItStillServes() {
        CountDownLatch oldOneServed = new CountDownLatch(1);
        tokens.current().join();
        pass(0.799);
        tokens.current().join();
        assertEquals(1, simulator.tokenRequests());
        simulator.respondWith((request, reply) -> {
            oldOneServed.await();
            return false;
        });

        pass(0.001);
        assertEquals("simulated-oauth-1", tokens.current().join());
        assertEquals("simulated-oauth-1", tokens.current().join());
        oldOneServed.countDown();

        await().until(() -> tokens.current().join().equals("simulated-oauth-2"));
        assertEquals(2, simulator.tokenRequests());
    }

    @Test
    void anExpiredOneIsWaitedFor() {
        tokens.current().join();
        pass(1);

        assertEquals("simulated-oauth-2", tokens.current().join());
    }

    @Test
    void aRenewalThatFailsIsTriedAgainAfterAWhileAndTheOldOneServesToItsEnd() {
        tokens.current().join();
        simulator.respondWith(answering(500, "{}"));
        pass(0.8);
        assertEquals("simulated-oauth-1", tokens.current().join());
        await().until(() -> simulator.requests().size() == 2);
        await().untilAsserted(() -> {
            clock.addAndGet(Duration.ofSeconds(6).toNanos());
            assertEquals("simulated-oauth-1", tokens.current().join());
            assertTrue(simulator.requests().size() >= 3);
        });

        pass(0.2);
        assertEquals(503, failure(tokens).status());
        simulator.respondWith(null);
        await().until(() -> tokens.current().handle((token, failure) -> failure == null).join());
    }

    @Test
    void oneThatWasRefusedIsReplacedOnce() {
        String first = tokens.current().join();
        tokens.invalidate(first);
        String second = tokens.current().join();
        tokens.invalidate(first);

        assertEquals("simulated-oauth-2", second);
        assertEquals(second, tokens.current().join());
        assertEquals(2, simulator.tokenRequests());
    }

    @Test
    void aClientThatIsNotKnownIsTheOperatorsBusiness() {
        Failure fault = failure(tokens(simulator.url(), "canary-other"));

        assertEquals(Kind.CREDENTIAL_REFUSED, fault.kind());
        assertEquals(403, fault.status());
        assertTrue(fault.getMessage().contains("east") && fault.getMessage().contains("OAuth client"), fault.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "500 | {}", "200 | {}", "200 | not json canary", "200 | {\"access_token\":\"\"}", "200 | {\"access_token\":\"a b\"}",
        "200 | {\"access_token\":null}", "200 | {\"access_token\":{}}", "200 | []", "302 | {}", "429 | {}"
    })
    void whatIsNoTokenIsAnOutage(int status, String json) {
        simulator.respondWith(answering(status, json));

        Failure fault = failure(tokens);
        assertEquals(Kind.UNAVAILABLE, fault.kind());
        assertEquals(503, fault.status());
        assertEquals("The upstream (east) gave no OAuth token (" + status + ").", fault.getMessage());
    }

    @Test
    void aWorkspaceThatCannotBeReachedIsAnOutage() {
        simulator.close();

        assertEquals(503, failure(tokens).status());
        assertEquals(Kind.UNREACHABLE, failure(tokens).kind());
    }

    @ParameterizedTest
    @CsvSource({"{}, 3600", "{\"expires_in\":\"100\"}, 100", "{\"expires_in\":1e300}, 86400", "{\"expires_in\":null}, 3600"})
    void aLifeThatIsNotToldIsAnHour(String given, int seconds) {
        String more = given.replace("{", "").replace("}", "");
        simulator.respondWith(answering(200, "{\"access_token\":\"x\"" + (more.isEmpty() ? "" : "," + more) + "}"));
        tokens.current().join();

        clock.addAndGet(Duration.ofSeconds(seconds).toNanos() / 5 * 4 - 1);
        tokens.current().join();
        assertEquals(1, simulator.requests().size());
        clock.addAndGet(1);
        tokens.current().join();
        await().until(() -> simulator.requests().size() == 2);
    }

    @Test
    void oneWithoutLifeServesThoseWhoWaitedForIt() {
        simulator.respondWith(answering(200, "{\"access_token\":\"x\",\"expires_in\":-5}"));

        assertEquals("x", tokens.current().join());
        assertEquals("x", tokens.current().join());
        assertEquals(2, simulator.requests().size());
    }

    @Test
    void whatMayNotBeShownIsKnown() {
        String first = tokens.current().join();
        tokens.invalidate(first);
        String second = tokens.current().join();

        assertTrue(tokens.secrets().containsAll(List.of("canary-7f3a", first, second)), tokens.secrets().toString());
    }
}
