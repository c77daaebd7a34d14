/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.format.ModelTraits;
import io.caravan.format.chat.ChatRule;
import io.caravan.provider.ChatDialect;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How one chat upstream takes requests.
 *
 * @param dialect      how it spells them
 * @param model        the upstream's name for the model; null: the body names none, its path does
 * @param strictSchema whether tool schemas are rewritten with the plainest keywords only (protocol 3.3)
 * @param sessionId    the client's {@code X-Claude-Code-Session-Id}, or null
 * @param images       fetches a public https image URL as a {@code data:} URL, throwing
 *                     {@link io.caravan.format.json.MalformedBody} if it cannot; null: not allowed
 */
public record ChatOptions(ChatDialect dialect, @Nullable String model, ModelTraits traits, Set<ChatRule> rules,
        boolean strictSchema, @Nullable String sessionId, @Nullable UnaryOperator<String> images) {

    public ChatOptions {
        rules = Set.copyOf(rules);
    }
}
