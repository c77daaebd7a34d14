/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("many streams at once (trap 3, the pool of 20 connections; S25)")
class ManyStreamsTest {

    private static final int STREAMS = 200;

    @Test
    void twoHundredStreamsAreOpenAtOnceAndAllRunToTheirEnd() throws Exception {
        CountDownLatch allOpen = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            gateway.upstream((request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START);
                allOpen.await();
                Wire.write(reply, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
                reply.endStream();
                return true;
            });
            for (int i = 0; i < STREAMS; i++) {
                RawClient client = gateway.connect();
                clients.add(client);
                client.post(Gateway.STREAM);
                assertEquals(200, client.readHead().status());
                assertEquals("message_start", client.readEventName());
            }
            assertEquals(STREAMS, gateway.simulator().activeRequests());
            allOpen.countDown();
            for (RawClient client : clients) {
                assertEquals(Wire.BLOCK_START + Wire.BLOCK_STOP + Wire.MESSAGE_DELTA + Wire.MESSAGE_STOP,
                        new String(client.readRest()));
            }
            await().until(() -> gateway.simulator().activeRequests() == 0);
        } finally {
            allOpen.countDown();
            clients.forEach(RawClient::close);
        }
    }
}
