/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

/**
 * The tokens of an answer, counted so that equal requests have equal numbers.
 *
 * @param input    tokens of the request that no cache had
 * @param cached   tokens of the request read from the cache
 * @param written  tokens of the request written to the cache
 * @param output   tokens of the answer, thinking included
 * @param thinking tokens of the thinking alone
 */
record Usage(long input, long cached, long written, long output, long thinking) {

    static long inputTokens(int bytes) {
        return Math.max(1, bytes / 4);
    }

    /** Anthropic's full schema. */
    String messages(long outputSoFar) {
        return "{" + messagesInput()
                + ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":" + written + ",\"ephemeral_1h_input_tokens\":0},"
                + "\"output_tokens\":" + outputSoFar + ",\"output_tokens_details\":{\"thinking_tokens\":"
                + (outputSoFar == output ? thinking : 0)
                + "},\"server_tool_use\":{\"web_search_requests\":0,\"web_fetch_requests\":0},"
                + "\"service_tier\":\"standard\",\"inference_geo\":null,\"speed\":\"standard\"}";
    }

    /** The totals at the end of a Messages stream. */
    String messagesDelta() {
        return "{" + messagesInput() + ",\"output_tokens\":" + output
                + ",\"output_tokens_details\":{\"thinking_tokens\":" + thinking + "}}";
    }

    private String messagesInput() {
        return "\"input_tokens\":" + input + ",\"cache_creation_input_tokens\":" + written
                + ",\"cache_read_input_tokens\":" + cached;
    }

    /**
     * OpenAI's schema, with Databricks' cache counts beside it where the dialect has them.
     *
     * @param exclusive whether the cached tokens stand only beside the prompt's, not in them
     */
    String chat(Dialect dialect, long outputSoFar, boolean exclusive) {
        long prompt = exclusive ? input : input + cached + written;
        String details = exclusive
                ? ""
                : ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached + ",\"cache_write_tokens\":" + written + "}";
        String beside = dialect == Dialect.DATABRICKS_CHAT || dialect == Dialect.LITELLM_CHAT || exclusive
                ? ",\"cache_read_input_tokens\":" + cached + ",\"cache_creation_input_tokens\":" + written
                : "";
        return "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + outputSoFar + ",\"total_tokens\":"
                + (prompt + outputSoFar) + details + ",\"completion_tokens_details\":{\"reasoning_tokens\":"
                + (outputSoFar == output ? thinking : 0) + "}" + beside + "}";
    }
}
