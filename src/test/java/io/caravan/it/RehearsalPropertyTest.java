/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.chattomessages.RandomChats;
import io.caravan.format.json.Json;
import io.caravan.simulator.RandomMessages;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Pages that nobody has edited serve any request as they did, whatever its format and its upstream's. */
class RehearsalPropertyTest {

    private static final int KEPT = 30;
    private static final List<String> BACKENDS = List.of("ANTHROPIC", "AZURE_DATABRICKS", "OPENROUTER", "LITELLM_OPENROUTER",
            "LITELLM_MESSAGES");

    private static Gateway gateway;

    @BeforeContainer
    static void start() {
        gateway = Gateway.start("ANTHROPIC", "PROXY_REHEARSE=" + KEPT, "DATABRICKS_API=invocations");
    }

    @AfterContainer
    static void stop() {
        gateway.close();
    }

    @Property(edgeCases = EdgeCasesMode.NONE, tries = 6)
    void aRehearsalOfTheSamePagesDiffersInNothing(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < KEPT; i++) {
            if (random.nextBoolean()) {
                post("/v1/messages", of(new RandomMessages(random.nextLong()).next(), random));
            } else {
                post("/v1/chat/completions", of(new RandomChats(random.nextLong()).next(), random));
            }
        }
        int asked = gateway.simulator().requests().size();

        String report = post("/rehearse", "").body();

        assertEquals("Rehearsed " + KEPT + " requests: " + KEPT + " same", Json.MAPPER.readTree(report).path("summary").asText(), report);
        assertEquals(asked, gateway.simulator().requests().size());
    }

    private static String of(byte[] body, Random random) throws IOException {
        ObjectNode request = (ObjectNode) Json.MAPPER.readTree(body);
        String backend = BACKENDS.get(random.nextInt(BACKENDS.size()));
        return request.put("model", backend + ",claude-sonnet-4-5").put("stream", random.nextBoolean()).toString();
    }

    private static HttpResponse<String> post(String path, String body) {
        return gateway.send(HttpRequest.newBuilder(gateway.url().resolve(path)).timeout(Gateway.PATIENCE)
                .header("content-type", "application/json").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }
}
