/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** What an error says that gateways have wrapped around one another: the innermost layer knows best. */
final class ErrorLayers {

    private static final int MOST = 5;

    private final Set<Kind> named = EnumSet.noneOf(Kind.class);
    private String message;
    private Kind kind;
    private int status;

    ErrorLayers(JsonNode root) {
        JsonNode layer = root.isArray() ? root.path(0) : root;
        for (int i = 0; i < MOST && layer != null; i++) {
            layer = read(layer);
        }
    }

    /** Reads one layer; returns the one inside, or null. */
    private JsonNode read(JsonNode layer) {
        JsonNode error = error(layer);
        JsonNode metadata = error.path("metadata");
        Kind exact = named(metadata.path("error_type"));
        Kind said = firstNamed(layer.path("error_code"), error.path("code"), error.path("type"), error.path("status"));
        int number = error.path("code").asInt(layer.path("error_code").asInt(0));
        if (exact != null) {
            told(exact, 0);
        } else if (number >= 400 && number < 600) {
            told(ErrorCodes.of(number), number);
        } else if (said != null) {
            told(said, 0);
        }
        String text = text(layer, error);
        message = text == null ? message : text;
        return inside(metadata.path("raw"));
    }

    private static JsonNode error(JsonNode layer) {
        if (layer.path("error").isObject()) {
            return layer.path("error");
        }
        JsonNode inChoice = layer.path("choices").path(0).path("error");
        return inChoice.isObject() ? inChoice : layer;
    }

    private void told(Kind is, int number) {
        kind = is;
        status = number;
    }

    /** What a provider said behind OpenRouter, or what LiteLLM has put into its message. */
    private JsonNode inside(JsonNode raw) {
        if (raw.isObject()) {
            return raw;
        }
        if (raw.isTextual() && !raw.textValue().isBlank() && !raw.textValue().startsWith("<")) {
            message = raw.textValue();
        }
        return message == null ? null : embedded(message);
    }

    private static String text(JsonNode layer, JsonNode error) {
        for (JsonNode node : new JsonNode[] {error.path("message"), layer.path("error"), layer.path("message")}) {
            if (node.isTextual() && !node.textValue().isBlank()) {
                return node.textValue();
            }
        }
        return null;
    }

    private static JsonNode embedded(String text) {
        int brace = text.indexOf('{');
        try {
            JsonNode node = brace < 0 ? null : Json.MAPPER.readTree(text.substring(brace));
            return node != null && (isError(node) || text(node, node.path("error")) != null) ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    private Kind firstNamed(JsonNode... nodes) {
        Kind first = null;
        for (JsonNode node : nodes) {
            Kind is = named(node);
            first = first == null ? is : first;
        }
        return first;
    }

    private Kind named(JsonNode node) {
        Kind is = node.isTextual() ? ErrorCodes.of(node.textValue()) : null;
        if (is != null) {
            named.add(is);
        }
        return is;
    }

    /** Whether a JSON object is an error rather than an answer. */
    static boolean isError(JsonNode node) {
        return isFault(node.path("error")) || isFault(node.path("error_code"));
    }

    private static boolean isFault(JsonNode error) {
        return error.isObject() || error.isIntegralNumber() || error.isTextual() && !error.textValue().isEmpty();
    }

    /** Whether any layer names the error so. */
    boolean names(Kind is) {
        return named.contains(is);
    }

    /** The innermost message, or null. */
    String message() {
        return message;
    }

    /** What the innermost layer that says so calls it, or null. */
    Kind kind() {
        return kind;
    }

    /** The status that {@link #kind} came from, or 0 where it came from a word. */
    int status() {
        return status;
    }
}
