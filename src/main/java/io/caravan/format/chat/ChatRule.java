/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import java.util.Locale;

/** A rule of transformation that a backend has switched on. */
public enum ChatRule {
    /** An OpenAI client's {@code content: ""} becomes {@code null}. */
    EMPTY_CONTENT_NULL,
    /** Content parts and tools keep their {@code cache_control}, for Claude models. */
    CACHE_CONTROL,
    /** Public {@code https} image URLs stay as they are. */
    IMAGE_URLS,
    /** Signed thinking of earlier turns goes back, for Claude models. */
    THINKING_HISTORY,
    /** {@code parallel_tool_calls} is taken. */
    PARALLEL_TOOL_CALLS,
    /** {@code stream_options} is taken. */
    STREAM_USAGE;

    /** As the rule is spelt in settings: {@code empty-content-null}. */
    public String setting() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
