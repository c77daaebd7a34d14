/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** What sends exchanges to pages; one for each Camel context, which ends with it. */
final class Senders {

    private Senders() {
    }

    static ProducerTemplate of(CamelContext context) {
        ProducerTemplate sender = plugged(context);
        return sender == null ? make(context) : sender;
    }

    private static synchronized ProducerTemplate make(CamelContext context) {
        ProducerTemplate sender = plugged(context);
        if (sender == null) {
            sender = context.createProducerTemplate();
            context.getCamelContextExtension().addContextPlugin(ProducerTemplate.class, sender);
        }
        return sender;
    }

    private static @Nullable ProducerTemplate plugged(CamelContext context) {
        return context.getCamelContextExtension().getContextPlugin(ProducerTemplate.class);
    }
}
