/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** {@code GET /metrics}: who may see it and what it shows (6.2, 7.4). */
class MetricsTest {

    private static final String ADMIN = "sk-admin-0123456789";
    private static final String KEY = "sk-client-0123456789";

    static String scrape(Gateway gateway, String... headers) {
        HttpResponse<String> response = ProbesTest.ask(gateway, "GET", "/metrics", headers);
        assertEquals(200, response.statusCode(), response.body());
        return response.body();
    }

    /** The sum of all samples whose line starts so; 0 if there is none. */
    static double value(Gateway gateway, String start, String... headers) {
        return scrape(gateway, headers).lines().filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    // 6.2
    @Test
    void theAdminKeyGuardsThemWhereOneIsSet() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_API_KEYS=" + KEY, "PROXY_ADMIN_KEY=" + ADMIN)) {
            assertTrue(scrape(gateway, "x-api-key", ADMIN).startsWith("# HELP"));
            assertTrue(scrape(gateway, "authorization", "Bearer " + ADMIN).startsWith("# HELP"));
            for (String[] headers : new String[][] {{}, {"x-api-key", KEY}, {"authorization", "Bearer " + KEY}, {"x-api-key", ADMIN + "x"}}) {
                HttpResponse<String> refused = ProbesTest.ask(gateway, "GET", "/metrics", headers);
                assertFault(refused, 401, "authentication_error");
                assertEquals("false", header(refused, "x-should-retry"));
            }
            assertFault(gateway.post(Gateway.PLAIN, "x-api-key", ADMIN), 401, "authentication_error");
        }
    }

    @Test
    void anAdminKeyGuardsThemEvenWhereClientsNeedNone() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_ADMIN_KEY=" + ADMIN)) {
            assertFault(ProbesTest.ask(gateway, "GET", "/metrics"), 401, "authentication_error");
            assertTrue(scrape(gateway, "x-api-key", ADMIN).startsWith("# HELP"));
        }
    }

    @Test
    void aClientKeyOpensThemWhereNoAdminKeyIsSet() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_API_KEYS=" + KEY)) {
            assertFault(ProbesTest.ask(gateway, "GET", "/metrics"), 401, "authentication_error");
            assertTrue(scrape(gateway, "x-api-key", KEY).startsWith("# HELP"));
        }
    }

    // 7.4
    @Test
    void tokensAreCountedByTheirKind() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES")) {
            String model = Gateway.MODEL + "!cached=40;cache-written=7";
            gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, model));
            gateway.post(Gateway.STREAM.replace(Gateway.MODEL, model));
            String series = "caravan_tokens_total{backend=\"litellm\",kind=\"%s\"}";
            await().untilAsserted(() -> assertEquals(80, value(gateway, series.formatted("cache_read"))));
            assertEquals(14, value(gateway, series.formatted("cache_write")));
            assertTrue(value(gateway, series.formatted("input")) > 0);
            assertTrue(value(gateway, series.formatted("output")) > 0);
        }
    }

    @Test
    void breakersShowTheirStates() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "circuit_breaker_threshold=2", "strategy=round_robin")) {
            String series = "caravan_breaker_state{state=\"%s\",upstream=\"w%d\"}";
            assertEquals(1, value(gateway, series.formatted("closed", 0)));
            assertEquals(0, value(gateway, series.formatted("open", 0)));
            gateway.workspaces().respondWith(0, (request, reply) -> {
                reply.status(503).send(new byte[0]);
                return true;
            });
            await().untilAsserted(() -> {
                assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
                assertEquals(1, value(gateway, series.formatted("open", 0)));
            });
            assertEquals(0, value(gateway, series.formatted("closed", 0)));
            assertEquals(1, value(gateway, series.formatted("closed", 1)));
        }
    }

    @Test
    void connectionsAreCountedByTheirUse() throws Exception {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES")) {
            String series = "caravan_upstream_connections{state=\"%s\",upstream=\"litellm\"}";
            gateway.post(Gateway.PLAIN);
            await().untilAsserted(() -> assertEquals(1, value(gateway, series.formatted("idle"))));
            CountDownLatch release = new CountDownLatch(1);
            gateway.upstream((request, reply) -> {
                release.await();
                return false;
            });
            try (RawClient stream = gateway.connect()) {
                stream.post(Gateway.STREAM);
                gateway.received();
                await().untilAsserted(() -> assertEquals(1, value(gateway, series.formatted("in_use"))));
                release.countDown();
                stream.readHead();
                stream.readRest();
            }
            await().untilAsserted(() -> assertEquals(0, value(gateway, series.formatted("in_use"))));
        }
    }

    /** Whatever a client sends, it adds no series but those of the documented lists. */
    @Test
    void aClientAddsNoSeries() {
        try (Gateway gateway = Gateway.start("LITELLM_OPENROUTER")) {
            gateway.post(Gateway.PLAIN.replace("\"max_tokens\"", "\"zz_new\":1,\"max_tokens\""));
            gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "zz_new"), "x-zz_new", "zz_new");
            gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "zz_new,zz_new"));
            ProbesTest.ask(gateway, "GET", "/zz_new");
            assertTrue(scrape(gateway).lines().noneMatch(line -> line.contains("zz_new")), scrape(gateway));
        }
    }

    @Test
    void requestsErrorsStreamsAndTimesAreCounted() throws Exception {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES")) {
            gateway.post(Gateway.PLAIN);
            gateway.post(Gateway.PLAIN);
            gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "m!status=429"));
            gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "m!status=503"));
            gateway.post("{}");
            gateway.post(Gateway.STREAM.replace(Gateway.MODEL, "m!eof-mid"));
            CountDownLatch release = new CountDownLatch(1);
            gateway.upstream((request, reply) -> {
                release.await();
                return false;
            });
            try (RawClient stream = gateway.connect()) {
                stream.post(Gateway.STREAM);
                gateway.received();
                await().untilAsserted(() -> assertEquals(1, value(gateway, "caravan_calls_open")));
                assertTrue(value(gateway, "caravan_body_bytes_held") > 0);
                release.countDown();
                stream.readHead();
                stream.readRest();
            }
            await().untilAsserted(() -> assertEquals(0, value(gateway, "caravan_calls_open")));
            assertEquals(3, value(gateway, "caravan_requests_total{backend=\"litellm\",outcome=\"answered\"}"));
            assertEquals(1, value(gateway, "caravan_requests_total{backend=\"litellm\",outcome=\"broken\"}"));
            assertEquals(2, value(gateway, "caravan_requests_total{backend=\"litellm\",outcome=\"failed\"}"));
            assertEquals(1, value(gateway, "caravan_errors_total{backend=\"litellm\",status=\"429\",type=\"rate_limited\"}"));
            assertEquals(1, value(gateway, "caravan_errors_total{backend=\"litellm\",status=\"503\",type=\"unavailable\"}"));
            assertEquals(1, value(gateway, "caravan_errors_total{backend=\"litellm\",status=\"503\",type=\"cut_off\"}"));
            assertEquals(1, value(gateway, "caravan_errors_total{backend=\"none\",status=\"400\",type=\"malformed_request\"}"));
            assertTrue(value(gateway, "caravan_first_byte_seconds_count{backend=\"litellm\"}") >= 3);
            assertTrue(value(gateway, "caravan_added_latency_seconds_count{backend=\"litellm\"}") >= 3);
            assertTrue(value(gateway, "caravan_added_latency_seconds_sum{backend=\"litellm\"}")
                    < value(gateway, "caravan_first_byte_seconds_sum{backend=\"litellm\"}"), "the upstream's time is its own");
        }
    }
}
