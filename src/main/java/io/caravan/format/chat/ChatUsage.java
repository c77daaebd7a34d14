/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.Usage;

/**
 * Token counts of a chat answer.
 *
 * @param usage    as Messages counts: input without what the cache read or wrote; {@link Usage#UNKNOWN} if never told
 * @param thinking output tokens that were thinking
 */
public record ChatUsage(Usage usage, long thinking) {

    public static final ChatUsage UNKNOWN = new ChatUsage(Usage.UNKNOWN, 0);
    private static final int CHARS_PER_TOKEN = 4;

    /**
     * Reads the counts, whether or not those of the prompt hold what came from the cache.
     *
     * @param node {@code usage} in any dialect
     */
    public static ChatUsage read(JsonNode node) {
        long prompt = count(node, "prompt_tokens");
        long output = count(node, "completion_tokens");
        JsonNode details = node.path("prompt_tokens_details");
        long read = Math.max(count(node, "cache_read_input_tokens"), count(details, "cached_tokens"));
        long written = Math.max(count(node, "cache_creation_input_tokens"),
                Math.max(count(details, "cache_write_tokens"), count(details, "cache_creation_tokens")));
        long cached = read + written;
        boolean apart = cached > prompt || count(node, "total_tokens") == prompt + output + cached;
        long input = prompt;
        if (!apart) {
            input -= cached;
        }
        return new ChatUsage(new Usage(input, output, read, written),
                count(node.path("completion_tokens_details"), "reasoning_tokens"));
    }

    /** The counts to tell the client: what the upstream did not tell is estimated, never left out (case S15). */
    public Usage told(long estimatedInput, long outputChars) {
        long input = usage.input();
        long output = usage.output();
        if (output == 0) {
            output = outputChars / CHARS_PER_TOKEN;
        }
        boolean noInput = input + usage.cacheRead() + usage.cacheWrite() == 0;
        if (noInput) {
            input = estimatedInput;
            output = Math.max(1, output);
        }
        return new Usage(input, output, usage.cacheRead(), usage.cacheWrite());
    }

    private static long count(JsonNode node, String member) {
        return Math.max(0, node.path(member).asLong(0));
    }
}
