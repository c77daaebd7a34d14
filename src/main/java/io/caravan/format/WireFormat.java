/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

/** The two formats a client or an upstream speaks. */
public enum WireFormat {
    /** Anthropic Messages. */
    MESSAGES,
    /** OpenAI Chat Completions, in one of its dialects. */
    CHAT,
    /** OpenAI Responses; of clients alone. */
    RESPONSES;

    /** The formats of a client and of the upstream that serves it. */
    public record Pair(WireFormat client, WireFormat upstream) {

        /** Whether both speak the same. */
        public boolean isOne() {
            return client == upstream;
        }
    }
}
