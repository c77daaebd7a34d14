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

/** The official TypeScript SDK through the gateway: a stream, a tool loop, an error ({@code src/test/clients}). */
@Tag("clients")
class AnthropicTypeScriptSdkTest {

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void streamsLoopsOverAToolAndReportsAnError(String backend) throws IOException, InterruptedException {
        Path modules = NpmPackage.install("@anthropic-ai/sdk", System.getProperty("anthropic-sdk-typescript.version"));
        try (Gateway gateway = Gateway.start(backend)) {
            Run run = Run.of(List.of("node", "anthropic-sdk.mjs", gateway.url().toString(),
                            ClaudeCode.model(backend, "status=400;message=simulated refusal")),
                    Path.of("src/test/clients"), Map.of("SDK_MODULES", modules.toString()));
            assertEquals(0, run.exitCode(), run::toString);
            JsonNode got = Json.MAPPER.readTree(run.output());
            assertEquals("claude-sonnet-4-5", got.path("model").asText());
            assertTrue(got.path("streamed").asText().contains("stream this"), run::toString);
            assertEquals("tool_use", got.path("stop").asText());
            assertEquals("Ulm", got.path("input").path("city").asText());
            assertTrue(got.path("done").asText().contains("Done: 1 tool results."), run::toString);
            assertEquals(400, got.path("status").asInt());
            assertTrue(got.path("refused").asText().contains("simulated refusal"), run::toString);
        }
    }
}
