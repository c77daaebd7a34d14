/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** What sends exchanges to pages; one for a Camel context, which ends with it. */
final class Senders {

    private volatile @Nullable ProducerTemplate made;

    private synchronized ProducerTemplate make(CamelContext context) {
        ProducerTemplate sender = made;
        if (sender == null) {
            sender = context.createProducerTemplate();
            made = sender;
        }
        return sender;
    }

    ProducerTemplate of(CamelContext context) {
        ProducerTemplate sender = made;
        if (sender == null) {
            return make(context);
        }
        return sender;
    }
}
