package io.caravan.convert;

import io.caravan.format.chat.ChatOptions;
import io.caravan.learning.Refusals;

/**
 * What a translator must know of the upstream a request goes to.
 *
 * @param options how its format is spelt there, and its name for the model
 * @param refusals what it must not be sent
 */
public record UpstreamTerms(ChatOptions options, Refusals refusals) {
}
