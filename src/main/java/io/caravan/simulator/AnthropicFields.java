/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/** The members of a Messages request that mean nothing in a chat request. */
final class AnthropicFields {

    private static final Set<String> TOP = Set.of(
            "thinking", "system", "output_config", "output_format", "context_management", "stop_sequences", "betas",
            "container", "mcp_servers", "safeguards", "diagnostics", "inference_geo", "speed", "fallbacks",
            "fallback_credit_token", "billing_policy", "compaction", "thread", "tags");

    private AnthropicFields() {}

    static void refuse(JsonNode body, Set<String> taken) throws Refusal {
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (name.startsWith("anthropic_") || TOP.contains(name) && !taken.contains(name)) {
                throw Refusal.extraInput(name);
            }
        }
    }
}
