/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.format.ModelTraits;
import io.caravan.learning.Refusals;
import io.caravan.provider.ChatDialect.Rule;
import io.caravan.provider.Dialect;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a translator must know of the upstream a request goes to.
 *
 * @param dialect      how it spells its format
 * @param model        its name for the model
 * @param traits       what is known of the model
 * @param rules        the rules of transformation that are on; none where it speaks Messages
 * @param strictSchema whether tool schemas are rewritten with the plainest keywords only
 * @param sessionId    the client's {@code X-Claude-Code-Session-Id}, or null
 * @param images       fetches a public https image URL as a {@code data:} URL, throwing
 *                     {@link io.caravan.format.json.MalformedBody} if it cannot; null: not allowed
 * @param refusals     what it must not be sent
 */
public record UpstreamTerms(Dialect dialect, String model, ModelTraits traits, Set<Rule> rules, boolean strictSchema,
        @Nullable String sessionId, @Nullable UnaryOperator<String> images, Refusals refusals) {
}
