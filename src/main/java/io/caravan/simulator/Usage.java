package io.caravan.simulator;

/**
 * The tokens of an answer, counted so that equal requests have equal numbers.
 *
 * @param input    tokens of the request
 * @param output   tokens of the answer, thinking included
 * @param thinking tokens of the thinking alone
 */
record Usage(long input, long output, long thinking) {

    static long inputTokens(int bytes) {
        return Math.max(1, bytes / 4);
    }

    /** Anthropic's full schema. */
    String messages(long outputSoFar) {
        return "{\"input_tokens\":" + input + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0},"
                + "\"output_tokens\":" + outputSoFar + ",\"output_tokens_details\":{\"thinking_tokens\":"
                + (outputSoFar == output ? thinking : 0)
                + "},\"server_tool_use\":{\"web_search_requests\":0,\"web_fetch_requests\":0},"
                + "\"service_tier\":\"standard\",\"inference_geo\":null,\"speed\":\"standard\"}";
    }

    /** The totals at the end of a Messages stream. */
    String messagesDelta() {
        return "{\"input_tokens\":" + input + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                + "\"output_tokens\":" + output + ",\"output_tokens_details\":{\"thinking_tokens\":" + thinking + "}}";
    }

    /** OpenAI's schema, with Databricks' cache counts beside it where the dialect has them. */
    String chat(Dialect dialect) {
        String beside = dialect == Dialect.DATABRICKS_CHAT
                ? ",\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0"
                : "";
        return "{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + ",\"total_tokens\":"
                + (input + output) + ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":" + thinking + "}" + beside + "}";
    }
}
