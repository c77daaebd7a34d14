/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.provider.Backend;
import io.caravan.provider.Backend.State.Status;
import io.caravan.settings.GatewaySettings;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What backends say they have, and how seldom they are asked (ledger 3.7). */
class DiscoveryTest {

    private static final String KEY = "sk-upstream-0123456789";
    private Simulator simulator;
    private final AtomicLong clock = new AtomicLong();

    @BeforeEach
    void start() {
        simulator = Simulator.start();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private Discovery discovery(String chosen, String... more) {
        String url = simulator.url().toString();
        Map<String, String> settings = new LinkedHashMap<>(Map.of("PROXY_BACKEND", chosen, "DATABRICKS_HOST", url,
                "DATABRICKS_TOKEN", KEY, "OPENROUTER_API_BASE", url + "/api/v1", "OPENROUTER_API_KEY", KEY,
                "LITELLM_BASE_URL", url, "LITELLM_API_KEY", KEY, "ANTHROPIC_UPSTREAM_URL", url,
                "ANTHROPIC_UPSTREAM_KEY", KEY));
        for (String setting : more) {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Path nowhere = Path.of("target", "no-such-directory").toAbsolutePath();
        GatewaySettings read = GatewaySettings.read(settings, nowhere);
        return new Discovery(read, new UpstreamCatalog(read), clock::get);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private void answer(int status, String body) {
        simulator.respondWith((request, reply) -> {
            reply.status(status).send(body.getBytes(StandardCharsets.UTF_8));
            return true;
        });
    }

    private static Backend.State ask(Discovery discovery, String id) {
        return discovery.check(List.of(id)).get(id);
    }

    @ParameterizedTest
    @CsvSource({
        "databricks,/api/2.0/serving-endpoints,authorization,"
            + "'Basic dG9rZW46c2stdXBzdHJlYW0tMDEyMzQ1Njc4OQ==',databricks-claude-opus-5-5",
        "openrouter,/api/v1/models?limit=1000,authorization,Bearer sk-upstream-0123456789,anthropic/claude-opus-5-5",
        "litellm,/v1/models?limit=1000,authorization,Bearer sk-upstream-0123456789,claude-opus-5-5",
        "litellm-openrouter,/v1/models?limit=1000,authorization,Bearer sk-upstream-0123456789,claude-opus-5-5",
        "anthropic,/v1/models?limit=1000,x-api-key,sk-upstream-0123456789,claude-opus-5-5"})
    void eachBackendIsAskedForItsListWithItsCredential(String id, String target, String header, String value, String model) {
        Backend.State state = ask(discovery("OPENROUTER"), id);
        assertEquals(Status.AVAILABLE, state.status());
        assertEquals(5, state.models().size());
        assertEquals(Boolean.TRUE, state.models().get(model));
        RecordedRequest request = simulator.requests().get(0);
        assertEquals("GET", request.method());
        assertEquals(target, request.target());
        assertEquals(value, request.header(header));
        assertEquals("2023-06-01", request.header("anthropic-version"));
    }

    @Test
    void nobodyIsAskedUntilSomebodyAsksAndThenInTheBackground() {
        Discovery discovery = discovery("OPENROUTER");
        assertEquals(List.of(), simulator.requests());
        CountDownLatch held = new CountDownLatch(1);
        simulator.respondWith((request, reply) -> {
            held.await();
            return false;
        });
        assertEquals(List.of(), List.copyOf(discovery.models("databricks")));
        held.countDown();
        await().until(() -> discovery.models("databricks").size() == 5);
        assertEquals(1, simulator.requests().size());
    }

    // the old list serves until the new one is there
    @Test
    void aListIsAskedForAgainAfterTenMinutes() {
        Discovery discovery = discovery("OPENROUTER");
        await().until(() -> discovery.models("databricks").size() == 5);
        answer(200, "{\"endpoints\":[{\"name\":\"one\"}]}");
        pass(Duration.ofMinutes(9));
        assertEquals(5, discovery.models("databricks").size());
        assertEquals(1, simulator.requests().size());
        pass(Duration.ofMinutes(2));
        assertEquals(5, discovery.models("databricks").size());
        await().until(() -> List.copyOf(discovery.models("databricks")).equals(List.of("one")));
        answer(500, "{}");
        pass(Duration.ofMinutes(11));
        discovery.models("databricks");
        assertEquals(Status.UNAVAILABLE, ask(discovery, "databricks").status());
        assertEquals(List.of("one"), List.copyOf(discovery.models("databricks")));
    }

    @Test
    void withinTenSecondsNobodyIsAskedTwice() {
        Discovery discovery = discovery("OPENROUTER");
        ask(discovery, "databricks");
        answer(500, "{}");
        pass(Duration.ofSeconds(9));
        assertEquals(Status.AVAILABLE, ask(discovery, "databricks").status());
        assertEquals(1, simulator.requests().size());
        pass(Duration.ofSeconds(2));
        assertEquals(Status.UNAVAILABLE, ask(discovery, "databricks").status());
        assertEquals(2, simulator.requests().size());
    }

    @ParameterizedTest
    @CsvSource({"401,UNAVAILABLE", "403,UNAVAILABLE", "500,UNAVAILABLE", "503,UNAVAILABLE", "204,UNAVAILABLE", "404,UNKNOWN",
        "405,UNKNOWN", "429,UNKNOWN", "501,UNKNOWN"})
    void aStatusOtherThan200IsNoList(int status, Status expected) {
        answer(status, status == 204 ? "" : "{\"endpoints\":[{\"name\":\"one\"}]}");
        Backend.State state = ask(discovery("OPENROUTER"), "databricks");
        assertEquals(expected, state.status());
        assertTrue(state.reason().contains(String.valueOf(status)), state.reason());
        assertEquals(Map.of(), state.models());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>log in</html>", "[]", "\"x\"", "", "{\"error\":{\"message\":\"no\"}}", "{\"data\":[",
        "null"})
    void whatIsNoListIsNotTakenForOne(String body) {
        answer(200, body);
        assertEquals(Status.UNAVAILABLE, ask(discovery("OPENROUTER"), "openrouter").status());
    }

    // Databricks leaves an empty list out; strange entries harm no others
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|", "{\"endpoints\":null}|", "{\"endpoints\":[]}|",
        "{\"endpoints\":{\"name\":\"x\"}}|",
        "{\"endpoints\":[null,1,{},{\"name\":null},{\"name\":7},{\"name\":\"a\",\"state\":null},{\"name\":\"b\",\"state\":"
            + "{\"ready\":\"READY\"}},{\"name\":\"c\",\"state\":{\"ready\":\"NOT_READY\"}}]}|a b"})
    void onlyEndpointsThatAreReadyAreKnown(String body, String names) {
        answer(200, body);
        Discovery discovery = discovery("OPENROUTER");
        Backend.State state = ask(discovery, "databricks");
        assertEquals(Status.AVAILABLE, state.status());
        assertNull(state.reason());
        Collection<String> known = discovery.models("databricks");
        assertEquals(names == null ? List.of() : List.of(names.split(" ")), List.copyOf(known));
        assertEquals(names == null ? null : Boolean.FALSE, state.models().get("c"));
    }

    // CVE-2026-85251: the credential goes to no other host
    @Test
    void aRedirectIsNotFollowed() {
        try (Simulator elsewhere = Simulator.start()) {
            simulator.respondWith((request, reply) -> {
                reply.status(302).header("location", elsewhere.url() + "/api/v1/models").send(new byte[0]);
                return true;
            });
            assertEquals(Status.UNAVAILABLE, ask(discovery("OPENROUTER"), "openrouter").status());
            assertEquals(List.of(), elsewhere.requests());
        }
    }

    @Test
    void whoHasNoCredentialIsNotAskedUnlessChosen() {
        Discovery open = discovery("OPENROUTER", "ANTHROPIC_UPSTREAM_KEY=", "LITELLM_API_KEY=", "DATABRICKS_TOKEN=");
        assertEquals(Status.UNKNOWN, ask(open, "anthropic").status());
        assertEquals(Status.UNKNOWN, ask(open, "litellm").status());
        assertEquals(Status.NOT_CONFIGURED, ask(open, "databricks").status());
        assertEquals(List.of(), List.copyOf(open.models("anthropic")));
        assertEquals(Status.UNKNOWN, ask(discovery("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY="), "anthropic").status());
        assertEquals(List.of(), simulator.requests());
        ask(discovery("LITELLM_MESSAGES", "LITELLM_API_KEY="), "litellm");
        assertEquals(1, simulator.requests().size());
        assertNull(simulator.requests().get(0).header("authorization"));
    }

    // none has left by the time all are there, and all leave although no answer ends
    @Test
    void allAreAskedAtOnceAndEachHasItsTime() {
        CountDownLatch together = new CountDownLatch(4);
        AtomicInteger metAll = new AtomicInteger();
        AtomicInteger cut = new AtomicInteger();
        simulator.respondWith((request, reply) -> {
            together.countDown();
            together.await();
            metAll.addAndGet(reply.awaitPeerClose(Duration.ZERO) ? 0 : 1);
            reply.header("content-length", "100000");
            reply.bytes("{".getBytes(StandardCharsets.UTF_8));
            cut.addAndGet(reply.awaitPeerClose(Duration.ofMinutes(1)) ? 1 : 0);
            return true;
        });
        Map<String, Backend.State> states = discovery("OPENROUTER")
                .check(List.of("databricks", "openrouter", "litellm", "anthropic"));
        assertEquals(4, metAll.get());
        await().until(() -> cut.get() == 4);
        assertEquals(4, simulator.requests().size());
        states.forEach((id, state) -> {
            assertEquals(Status.UNAVAILABLE, state.status());
            assertTrue(state.reason().endsWith("did not answer in time."), state.reason());
        });
        await().until(() -> simulator.openConnections() == 0);
    }

    @Test
    void aBackendThatIsNotThereIsUnavailableAndItsHostStaysUntold() {
        Backend.State state = ask(discovery("OPENROUTER", "DATABRICKS_HOST=http://127.0.0.1:1"), "databricks");
        assertEquals(Status.UNAVAILABLE, state.status());
        assertFalse(state.reason().contains("127.0.0.1") || state.reason().contains(KEY), state.reason());
    }
}
