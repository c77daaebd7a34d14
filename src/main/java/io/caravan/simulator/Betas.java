/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.ArrayList;
import java.util.List;

/** The values of the {@code anthropic-beta} header. */
final class Betas {

    private Betas() {}

    static List<String> of(RecordedRequest request) {
        List<String> betas = new ArrayList<>();
        for (String line : request.headers("anthropic-beta")) {
            for (String value : line.split(",")) {
                if (!value.isBlank()) {
                    betas.add(value.trim());
                }
            }
        }
        return betas;
    }

    static boolean has(RecordedRequest request, String prefix) {
        return of(request).stream().anyMatch(beta -> beta.startsWith(prefix));
    }

    static Refusal unexpected(String beta) {
        return Refusal.badRequest("Unexpected value(s) `" + beta + "` for the `anthropic-beta` header");
    }
}
