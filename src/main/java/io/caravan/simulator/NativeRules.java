/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** What Databricks refuses on its native Messages endpoint beside what {@link MessagesRules} refuses. */
final class NativeRules {

    private static final String REFUSED_BETA = "dangerous-tool-use-2026-09-03";
    private static final List<String> NEVER_NESTED = List.of("safeguards", "betas");
    private static final Set<String> KNOWN = Set.of(
            "model", "max_tokens", "messages", "system", "stream", "stop_sequences", "thinking", "output_config",
            "output_format", "tools", "tool_choice", "metadata", "temperature", "top_p", "top_k", "service_tier",
            "cache_control");

    private NativeRules() {}

    static void check(RecordedRequest request, JsonNode body) throws Refusal {
        if (Betas.of(request).contains(REFUSED_BETA)) {
            throw Betas.unexpected(REFUSED_BETA);
        }
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            boolean paired = name.equals("context_management") && Betas.has(request, "context-management-");
            if (!KNOWN.contains(name) && !paired) {
                throw Refusal.extraInput(name);
            }
        }
        checkNested("messages", body.path("messages"));
        checkNested("tools", body.path("tools"));
    }

    private static void checkNested(String path, JsonNode items) throws Refusal {
        for (int i = 0; i < items.size(); i++) {
            JsonNode item = items.get(i);
            for (String name : NEVER_NESTED) {
                if (item.has(name)) {
                    throw Refusal.extraInput(path + "." + i + "." + name);
                }
            }
            if (item.path("content").isArray()) {
                checkNested(path + "." + i + ".content", item.get("content"));
            }
        }
    }
}
