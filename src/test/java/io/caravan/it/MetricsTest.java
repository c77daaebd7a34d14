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
