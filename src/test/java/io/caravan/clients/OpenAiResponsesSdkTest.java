/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import io.caravan.it.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** OpenAI's official SDK for Node at the Responses API ({@code src/test/clients}). */
@Tag("clients")
class OpenAiResponsesSdkTest {

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void createsStreamsLoopsOverAToolParsesAndReportsErrors(String backend) throws IOException, InterruptedException {
        Path modules = NpmPackage.install("openai", System.getProperty("openai-sdk-node.version"));
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = Run.of(List.of("node", "openai-responses.mjs", gateway.url().toString(), Gateway.MODEL,
                            ClaudeCode.model(backend, "status=400;message=simulated refusal"),
                            ClaudeCode.model(backend, "error-mid=api_error")),
                    Path.of("src/test/clients"), Map.of("SDK_MODULES", modules.toString()));
            assertEquals(0, run.exitCode(), run::toString);
            JsonNode got = Json.MAPPER.readTree(run.output());
            assertEquals(Gateway.MODEL, got.path("model").asText());
            assertTrue(got.path("said").asText().contains("say hi"), run::toString);
            assertTrue(got.path("streamed").asText().contains("stream this"), run::toString);
            assertTrue(got.path("usage").path("input_tokens").asInt() > 0, run::toString);
            assertEquals("response.completed", got.path("events").get(got.path("events").size() - 1).asText());
            assertEquals("Ulm", Json.MAPPER.readTree(got.path("arguments").asText()).path("city").asText());
            assertTrue(got.path("done").asText().contains("Done: 1 tool results."), run::toString);
            assertTrue(got.path("city").path("city").isTextual(), run::toString);
            assertEquals(400, got.path("status").asInt());
            assertTrue(got.path("refused").asText().contains("simulated refusal"), run::toString);
            assertEquals("failed", got.path("broken").asText());
        }
    }
}
