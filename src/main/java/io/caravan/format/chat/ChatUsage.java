/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.Usage;

/**
 * Token counts of a chat answer, as the upstream tells them; 0 where it does not.
 *
 * @param prompt     tokens of the prompt, which may hold those of the cache
 * @param output     tokens of the answer
 * @param cacheRead  tokens of the prompt that were read from the cache
 * @param cacheWrite tokens of the prompt that were written into it
 * @param total      all tokens together
 * @param thinking   output tokens that were thinking
 */
public record ChatUsage(long prompt, long output, long cacheRead, long cacheWrite, long total, long thinking) {

    public static final ChatUsage UNKNOWN = new ChatUsage(0, 0, 0, 0, 0, 0);
    private static final int CHARS_PER_TOKEN = 4;

    /** Reads the counts of {@code node}, which is {@code usage} in any dialect. */
    public static ChatUsage read(JsonNode node) {
        return UNKNOWN.completedBy(node);
    }

    /** These counts, with those that {@code node} gives beside or instead of them: nothing replaces a number but a number. */
    public ChatUsage completedBy(JsonNode node) {
        JsonNode details = node.path("prompt_tokens_details");
        long read = Math.max(count(node, "cache_read_input_tokens"), count(details, "cached_tokens"));
        long written = Math.max(count(node, "cache_creation_input_tokens"),
                Math.max(count(details, "cache_write_tokens"), count(details, "cache_creation_tokens")));
        return new ChatUsage(latest(prompt, count(node, "prompt_tokens")), latest(output, count(node, "completion_tokens")),
                latest(cacheRead, read), latest(cacheWrite, written), latest(total, count(node, "total_tokens")),
                latest(thinking, count(node.path("completion_tokens_details"), "reasoning_tokens")));
    }

    private static long latest(long known, long later) {
        return later > 0 ? later : known;
    }

    /**
     * The counts as Messages has them, input without what the cache read or wrote, whether or not the upstream counts that
     * into the prompt; {@link Usage#UNKNOWN} if it never told any.
     */
    public Usage usage() {
        long cached = cacheRead + cacheWrite;
        boolean apart = cached > prompt || total == prompt + output + cached;
        long input = prompt;
        if (!apart) {
            input -= cached;
        }
        return new Usage(input, output, cacheRead, cacheWrite);
    }

    /** The counts to tell the client: what the upstream did not tell is estimated, never left out (case S15). */
    public Usage told(long estimatedInput, long outputChars) {
        long input = usage().input();
        long told = output;
        if (told == 0) {
            told = outputChars / CHARS_PER_TOKEN;
        }
        boolean noInput = input + cacheRead + cacheWrite == 0;
        if (noInput) {
            input = estimatedInput;
            told = Math.max(1, told);
        }
        return new Usage(input, told, cacheRead, cacheWrite);
    }

    private static long count(JsonNode node, String member) {
        return Math.max(0, node.path(member).asLong(0));
    }
}
