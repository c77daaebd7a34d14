/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.convert.chattochat.ChatToChat;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.convert.messagestomessages.MessagesToMessages;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.util.Map;

/** The translators there are, by their pair of formats. Any thread. */
public final class Translators {

    private interface Opening {
        Translator open(ModelRequest request, UpstreamTerms terms);
    }

    private static final Map<WireFormat.Pair, Opening> PAIRS = Map.of(
            new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.MESSAGES), MessagesToMessages::new,
            new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.CHAT), MessagesToChat::new,
            new WireFormat.Pair(WireFormat.CHAT, WireFormat.MESSAGES), ChatToMessages::new,
            new WireFormat.Pair(WireFormat.CHAT, WireFormat.CHAT), ChatToChat::new);

    private Translators() {
    }

    /**
     * The translator of one attempt. Converts the request; does not block, but where an image is fetched.
     *
     * @throws io.caravan.format.json.MalformedBody if the request cannot be one of the upstream's format without changing
     *         its meaning
     */
    public static Translator open(WireFormat.Pair pair, ModelRequest request, UpstreamTerms terms) {
        return PAIRS.get(pair).open(request, terms);
    }
}
