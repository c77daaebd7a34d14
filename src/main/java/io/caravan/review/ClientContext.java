/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.review.ToolReview.Context;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads where a client works from the {@code classifier_context} of its {@code safeguards}. */
final class ClientContext {

    private static final String CONTEXT = "classifier_context";

    private ClientContext() {
    }

    static Context read(JsonNode safeguards) {
        for (JsonNode entry : safeguards.isArray() ? safeguards : List.of(safeguards)) {
            if (entry.path(CONTEXT).isObject()) {
                return context(entry.path(CONTEXT));
            }
        }
        return Context.UNKNOWN;
    }

    private static Context context(JsonNode context) {
        JsonNode trusted = context.path("trusted_directories");
        Set<String> folders = new LinkedHashSet<>();
        add(folders, trusted.path("primary"));
        trusted.path("additional").forEach(folder -> add(folders, folder));
        Optional<String> home = Optional.of(context.path("home_dir").asText()).filter(Places::isAbsolute);
        if (!worksIn(folders, context.path("live_cwd").asText())) {
            folders.clear();
        }
        return new Context(List.copyOf(folders), home);
    }

    /** Whether relative paths start in one of the folders, as far as it is said; else they tell nothing. */
    private static boolean worksIn(Set<String> folders, String current) {
        return current.isEmpty() || new Places(List.copyOf(folders), Optional.empty())
                .place("", current, ShellWord.Kind.KNOWN).side() == Places.Side.INSIDE;
    }

    private static void add(Set<String> folders, JsonNode folder) {
        if (folder.isTextual()) {
            add(folders, folder.textValue());
        }
        add(folders, folder.path("path").asText());
        folder.path("resolved").forEach(resolved -> add(folders, resolved.asText()));
    }

    private static void add(Set<String> folders, String path) {
        if (Places.isAbsolute(path)) {
            folders.add(path);
        }
    }
}
