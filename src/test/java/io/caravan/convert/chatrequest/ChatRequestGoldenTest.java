/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.format.json.Json;
import io.caravan.provider.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each pair of the wire folders: what comes in, and what one dialect's upstream gets. */
class ChatRequestGoldenTest {

    static List<ChatCase> all() throws IOException {
        return ChatCase.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theUpstreamGets(ChatCase given) throws IOException {
        byte[] body = Files.readAllBytes(given.input());
        byte[] sent;
        Set<String> dropped;
        if (given.ofAnOpenAiClient()) {
            ChatRequest.Rewrite result = ChatRequest.Rewrite.of(body, given.terms());
            sent = result.body();
            dropped = result.dropped();
        } else {
            ChatRequest request = ChatRequest.of(body, given.terms());
            sent = request.body();
            dropped = request.dropped();
            assertEquals(given.settings().path("jsonTool").asBoolean(), request.jsonTool());
        }

        assertEquals(pretty(Json.MAPPER.readTree(given.output().toFile())), pretty(Json.MAPPER.readTree(sent)));
        ArrayNode expected = given.settings().withArray("dropped");
        assertEquals(expected.toString(), Json.MAPPER.valueToTree(dropped).toString());
    }

    @Test
    void everyDialectHasCases() throws IOException {
        for (Dialects dialect : Dialects.values()) {
            assertFalse(ChatCase.all().stream().noneMatch(given -> given.dialect() == dialect), dialect.name());
        }
    }

    private static String pretty(JsonNode json) {
        return json.toPrettyString();
    }
}
