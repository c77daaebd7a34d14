/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;

/**
 * What a response repeats of its request: the small members. {@code instructions} and {@code tools} are not repeated, for
 * they would be most of every answer, three times in a stream.
 */
final class ResponseEcho {

    private static final String USUAL = """
            {"background":false,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"metadata":{},
            "parallel_tool_calls":true,"previous_response_id":null,"prompt_cache_key":null,
            "reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":"default","store":false,
            "temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":0,
            "top_p":null,"truncation":"disabled","user":null}""";
    private static final String[] REPEATED = {"max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls",
        "prompt_cache_key", "reasoning", "safety_identifier", "temperature", "text", "tool_choice", "top_p", "user"};

    private ResponseEcho() {
    }

    static ObjectNode of(ObjectNode request) {
        ObjectNode echo = usual();
        for (String member : REPEATED) {
            if (request.hasNonNull(member)) {
                echo.set(member, request.get(member).deepCopy());
            }
        }
        return echo;
    }

    private static ObjectNode usual() {
        try {
            return (ObjectNode) Json.MAPPER.readTree(USUAL);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
