/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.format.Usage;
import io.caravan.format.json.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ChatUsageTest {

    @Test
    void whatTheCacheReadAndWroteIsTakenOutOfThePrompt() throws IOException {
        String details = "\"prompt_tokens_details\":{\"cached_tokens\":60,\"cache_write_tokens\":10}";
        assertEquals(new Usage(30, 5, 60, 10), read("{\"prompt_tokens\":100,\"completion_tokens\":5," + details + "}"));
        assertEquals(new Usage(30, 5, 60, 10), read("{\"prompt_tokens\":100,\"completion_tokens\":5,\"total_tokens\":105,"
                + "\"cache_read_input_tokens\":60,\"cache_creation_input_tokens\":10," + details + "}"));
    }

    @Test
    void unlessThePromptIsCountedWithoutThem() throws IOException {
        assertEquals(new Usage(10, 5, 60, 0), read("{\"prompt_tokens\":10,\"completion_tokens\":5"
                + ",\"cache_read_input_tokens\":60}"));
        assertEquals(new Usage(100, 5, 60, 0), read(
                "{\"prompt_tokens\":100,\"completion_tokens\":5,\"total_tokens\":165,\"cache_read_input_tokens\":60}"));
    }

    @Test
    void noCountIsEverBelowZeroOrMissing() throws IOException {
        assertEquals(Usage.UNKNOWN, read("{\"prompt_tokens\":-5,\"completion_tokens\":null"
                + ",\"prompt_tokens_details\":\"x\"}"));
        assertEquals(new Usage(77, 1, 0, 0), ChatUsage.UNKNOWN.told(77, 3));
        assertEquals(new Usage(77, 25, 0, 0), ChatUsage.UNKNOWN.told(77, 100));
        assertEquals(new Usage(9, 0, 0, 0), ChatUsage.read(Json.MAPPER.readTree("{\"prompt_tokens\":9}")).told(77, 0));
    }

    private static Usage read(String usage) throws IOException {
        return ChatUsage.read(Json.MAPPER.readTree(usage)).usage();
    }
}
