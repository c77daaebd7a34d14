/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.convert.chattochat.ChatToChat;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.convert.messagestomessages.MessagesToMessages;
import io.caravan.format.FormatPair;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.util.Map;

/** The translators there are, by their pair of formats. Any thread. */
public final class Translators {

    private interface Opening {
        Translator open(ModelRequest request, UpstreamTerms terms);
    }

    private static final Map<FormatPair, Opening> PAIRS = Map.of(
            new FormatPair(WireFormat.MESSAGES, WireFormat.MESSAGES), MessagesToMessages::new,
            new FormatPair(WireFormat.MESSAGES, WireFormat.CHAT), MessagesToChat::new,
            new FormatPair(WireFormat.CHAT, WireFormat.MESSAGES), ChatToMessages::new,
            new FormatPair(WireFormat.CHAT, WireFormat.CHAT), ChatToChat::new);

    private Translators() {
    }

    /**
     * The translator of one attempt. Converts the request; does not block, but where an image is fetched.
     *
     * @throws io.caravan.format.json.MalformedBody if the request cannot be one of the upstream's format without changing
     *         its meaning
     */
    public static Translator open(FormatPair pair, ModelRequest request, UpstreamTerms terms) {
        return PAIRS.get(pair).open(request, terms);
    }
}
