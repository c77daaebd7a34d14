/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call belongs to one exchange: a copy that Camel makes of it asks no upstream and answers no client. */
@Timeout(60)
class CopiedCallTest {

    private static final String FRONT = """
            - route:
                id: messages
                from:
                  uri: platform-http:/v1/messages
                  parameters: {httpMethodRestrict: POST, useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: checkClientKey}
                    - process: {ref: limitCalls}
                    - process: {ref: readBody}
            """;
    private static final String SHADOW = """
            - route:
                id: shadow
                from:
                  uri: direct:shadow
                  steps:
                    - setVariable: {name: backend, constant: openrouter}
                    - to: {uri: "direct:select-backend"}
            """;

    private static Gateway start(String steps) {
        return Gateway.start("AZURE_DATABRICKS", "routes/messages.camel.yaml=" + FRONT + steps.indent(8),
                "routes/shadow.camel.yaml=" + SHADOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {Gateway.PLAIN, Gateway.STREAM})
    void whatAWireTapSendsToAnUpstreamIsRefusedAndTheClientHasItsOwnAnswer(String request) {
        try (Gateway gateway = start("""
                - wireTap: {uri: "direct:shadow"}
                - to: {uri: "direct:select-backend"}
                - process: {ref: writeAnswer}
                """)) {
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> answer = gateway.post(request);
                assertEquals(200, answer.statusCode(), answer.body());
                assertTrue(answer.body().contains("message"), answer.body());
            }
            assertEquals(20, gateway.simulator().requests().size(), "a copy reached an upstream");
            assertTrue(gateway.simulator().requests().stream()
                    .allMatch(sent -> sent.target().startsWith("/serving-endpoints/")));
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> gateway.simulator().activeRequests() == 0);
        }
    }

    @Test
    void ofTwoCopiesOfAMulticastOneServesAndTheOtherIsRefused() {
        try (Gateway gateway = start("""
                - multicast:
                    steps:
                      - to: {uri: "direct:select-backend"}
                      - to: {uri: "direct:shadow"}
                - process: {ref: writeAnswer}
                """)) {
            AtomicInteger asked = new AtomicInteger();
            gateway.upstream((request, reply) -> {
                asked.incrementAndGet();
                return false;
            });
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(500, answer.statusCode());
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(null));
            assertTrue(answer.body().contains("A copy of a request"), answer.body());
            assertFalse(answer.body().contains("openrouter"), answer.body());
            assertEquals(1, asked.get());
        }
    }
}
