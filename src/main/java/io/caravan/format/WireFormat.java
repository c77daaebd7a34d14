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
    CHAT
}
