/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FailoverBackendsTest.databricksFails;
import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The circuit breaker of a backend: what opens it, and what it then does (1.6, 4.3, E49). A gateway a test: it has state. */
class FailoverBreakerTest {

    private Gateway gateway;

    @BeforeEach
    void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_BREAKER_THRESHOLD=", "PROXY_BREAKER_TIMEOUT=1h");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void post(int times, int status) {
        for (int i = 0; i < times; i++) {
            assertEquals(status, gateway.post(Gateway.STREAM).statusCode());
        }
    }

    private int asked() {
        return gateway.simulator().requests().size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status:500", "status:503", "reset", "body:text/html:x"})
    void fiveFailuresInARowOpenItAndTheUpstreamIsLeftAlone(String fault) {
        databricksFails(gateway, fault);
        for (int i = 0; i < 5; i++) {
            assertTrue(gateway.post(Gateway.STREAM).statusCode() >= 500);
        }
        assertEquals(5, asked());
        HttpResponse<String> response = gateway.post(Gateway.STREAM);
        assertFault(response, 503, "api_error");
        int wait = Integer.parseInt(header(response, "retry-after"));
        assertTrue(wait >= 1 && wait <= 30);
        assertEquals(5, asked());
    }

    // 4.3: half-open after the time-out with a trial call, closed by its success
    @Test
    void afterAWhileATrialClosesIt() {
        gateway.close();
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_BREAKER_THRESHOLD=", "PROXY_BREAKER_TIMEOUT=1s");
        databricksFails(gateway, "status:503");
        post(6, 503);
        gateway.upstream(null);
        await().untilAsserted(() -> assertEquals(200, gateway.post(Gateway.PLAIN).statusCode()));
        assertEquals(1, asked());
        databricksFails(gateway, "status:503");
        post(4, 503);
        assertEquals(4, asked());
    }

    @Test
    void aSuccessInBetweenStartsTheCountAnew() {
        for (int round = 0; round < 3; round++) {
            databricksFails(gateway, "status:503");
            post(4, 503);
            assertEquals(4, asked());
            gateway.upstream(null);
            post(1, 200);
        }
    }

    @Test
    void whileItIsOpenRequestsGoToTheOtherUpstreamAtOnce() {
        try (Gateway both = Gateway.start("AZURE_DATABRICKS", "PROXY_BREAKER_THRESHOLD=", "BYPASS_FALLBACK_ENABLED=true")) {
            databricksFails(both, "status:503");
            for (int i = 0; i < 5; i++) {
                both.post(Gateway.PLAIN);
            }
            assertEquals(10, both.simulator().requests().size());
            HttpResponse<String> response = both.post(Gateway.PLAIN);
            assertEquals(200, response.statusCode());
            assertEquals("databricks->openrouter", header(response, "x-caravan-failover"));
            assertEquals(11, both.simulator().requests().size());
        }
    }

    // 4.3: 429 moves on but does not open it; the client's own errors never count; nor does our credential
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 413, 422, 429})
    void whatIsNoFaultOfTheUpstreamDoesNotOpenIt(int status) {
        databricksFails(gateway, "status:" + status);
        post(12, status == 401 ? 403 : status);
        assertEquals(12, asked());
        gateway.upstream(null);
        post(1, 200);
    }

    // 4.3; and refusals between failures do not heal it either
    @Test
    void aRefusalIsNoSuccess() {
        for (int i = 0; i < 5; i++) {
            databricksFails(gateway, "status:400");
            post(1, 400);
            databricksFails(gateway, "status:500");
            post(1, 500);
        }
        post(1, 503);
        assertEquals(1, asked());
    }

    @Test
    void aClientThatLeavesIsNoFailure() throws IOException {
        gateway.upstream((request, reply) -> {
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        });
        for (int i = 0; i < 8; i++) {
            try (RawClient client = gateway.connect()) {
                client.post(i % 2 == 0 ? Gateway.STREAM : Gateway.PLAIN);
                gateway.received();
            }
            await().until(() -> gateway.simulator().activeRequests() == 0);
        }
        gateway.upstream(null);
        post(1, 200);
    }

    // each backend has its own
    @Test
    void aBadRequestBodyNeverReachesIt() {
        for (int i = 0; i < 10; i++) {
            assertFault(gateway.post("{"), 400, "invalid_request_error");
        }
        post(1, 200);
    }
}
