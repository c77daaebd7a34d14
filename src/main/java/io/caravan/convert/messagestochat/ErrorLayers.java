package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What an error says that gateways have wrapped around one another: the innermost layer knows best. */
final class ErrorLayers {

    private static final int MOST = 5;
    private static final Map<String, Integer> STATUSES = Map.ofEntries(
            Map.entry("bad_request", 400), Map.entry("invalid_parameter_value", 400), Map.entry("malformed_request", 400),
            Map.entry("unauthenticated", 401), Map.entry("permission_denied", 403),
            Map.entry("resource_does_not_exist", 404), Map.entry("endpoint_not_found", 404), Map.entry("not_found", 404),
            Map.entry("model_not_found", 404),
            Map.entry("request_limit_exceeded", 429), Map.entry("resource_exhausted", 429),
            Map.entry("rate_limit_exceeded", 429),
            Map.entry("temporarily_unavailable", 503), Map.entry("deadline_exceeded", 504), Map.entry("internal_error", 500),
            Map.entry("context_length_exceeded", 400), Map.entry("provider_overloaded", 503),
            Map.entry("invalid_request_error", 400), Map.entry("authentication_error", 401),
            Map.entry("billing_error", 402), Map.entry("permission_error", 403), Map.entry("not_found_error", 404),
            Map.entry("timeout_error", 504), Map.entry("request_too_large", 413), Map.entry("rate_limit_error", 429),
            Map.entry("api_error", 500), Map.entry("overloaded_error", 529));

    private final Set<String> words = new HashSet<>();
    private String message;
    private int status;

    ErrorLayers(JsonNode root) {
        JsonNode layer = root.isArray() ? root.path(0) : root;
        for (int i = 0; i < MOST && layer != null; i++) {
            layer = read(layer);
        }
    }

    /** Reads one layer; returns the one inside, or null. */
    private JsonNode read(JsonNode layer) {
        JsonNode error = layer.path("error").isObject() ? layer.path("error") : layer;
        JsonNode metadata = error.path("metadata");
        int said = firstStatus(word(layer.path("error_code")), word(metadata.path("error_type")), word(error.path("code")),
                word(error.path("type")));
        int number = error.path("code").asInt(layer.path("error_code").asInt(0));
        int own = said != 0 && (number < 400 || !metadata.path("error_type").isMissingNode()) ? said : number;
        status = own >= 400 && own < 600 ? own : status;
        String text = text(layer, error);
        message = text == null ? message : text;
        JsonNode raw = metadata.path("raw");
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
            return node != null && (ChatErrors.isError(node) || text(node, node.path("error")) != null) ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    private String word(JsonNode node) {
        String word = node.isTextual() ? node.textValue().toLowerCase(Locale.ROOT) : "";
        words.add(word);
        return word;
    }

    private static int firstStatus(String... words) {
        for (String word : words) {
            if (STATUSES.containsKey(word)) {
                return STATUSES.get(word);
            }
        }
        return 0;
    }

    /** Whether any layer names the error so: a code or a type. */
    boolean names(String word) {
        return words.contains(word);
    }

    /** The innermost message, or null. */
    String message() {
        return message;
    }

    /** The innermost status that is named or told, or 0. */
    int status() {
        return status;
    }
}
