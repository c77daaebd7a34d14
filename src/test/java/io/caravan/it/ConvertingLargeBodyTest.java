/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Many megabytes of images through a conversion. */
@DisplayName("large bodies in the converting lane (M68)")
class ConvertingLargeBodyTest {

    private static final int MB = 1024 * 1024;
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.CHAT.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend, "PROXY_MAX_HELD_BYTES=200000000")));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static String images(int count, int size) {
        String image = "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                + "iVBO".repeat(size / 4)
                + "\"}}";
        return Gateway.PLAIN.replace("\"say hi\"", "[" + (image + ",").repeat(count)
                + "{\"type\":\"text\",\"text\":\"say hi\"}]");
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    void twentyMegabytesOfImagesPass(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        for (int[] images : new int[][] {{5, 4 * MB}, {1, 20 * MB}}) {
            gateway.upstream(null);
            HttpResponse<String> answer = gateway.post(images(images[0], images[1]));
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(json(answer.body()).at("/content/0/text").asText().contains("(images: " + images[0]), answer.body());
            JsonNode parts = gateway.received().json().at("/messages/0/content");
            assertEquals(images[0] + 1, parts.size());
            String url = parts.get(images[0] - 1).at("/image_url/url").asText();
            assertTrue(url.startsWith("data:image/png;base64,iVBO"), url.substring(0, 40));
            assertEquals(images[1] + "data:image/png;base64,".length(), url.length());
        }
        gateway.upstream(null);
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    void thirtyThreeAreRefused(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        assertFault(gateway.post(images(33, MB)), 413, "request_too_large");
        HttpResponse<String> chat = gateway.chat(images(33, MB));
        assertEquals(413, chat.statusCode());
        assertTrue(json(chat.body()).path("error").path("message").isTextual(), chat.body());
        assertEquals(List.of(), gateway.simulator().requests());
    }
}
