/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an error says that gateways have wrapped around one another: the innermost layer knows best. */
final class ErrorLayers {

    private static final int MOST = 5;
    private static final String DETAIL = "detail";
    /** What an answer has, and an error that stands alone has not. */
    private static final Set<String> OF_ANSWERS = Set.of("choices", "content", "usage", "delta");

    /**
     * What one layer says.
     *
     * @param status the number it says it with; 0 where it has a word for it
     */
    record Told(Kind kind, int status) {

        static Told byName(Kind kind) {
            return new Told(kind, 0);
        }
    }

    private final Set<Kind> named = EnumSet.noneOf(Kind.class);
    private @Nullable String message;
    private @Nullable Told told;

    ErrorLayers(JsonNode root) {
        Optional<JsonNode> layer = Optional.of(root);
        if (root.isArray()) {
            layer = Optional.of(root.path(0));
        }
        for (int i = 0; i < MOST; i++) {
            layer = layer.flatMap(this::read);
        }
    }

    /** Reads one layer; returns the one inside. */
    private Optional<JsonNode> read(JsonNode layer) {
        JsonNode error = error(layer);
        JsonNode metadata = error.path("metadata");
        Optional<Kind> exact = named(metadata.path("error_type"));
        List<Kind> said = Stream.of(layer.path("error_code"), error.path("code"), error.path("type"), error.path("status"))
                .map(this::named).flatMap(Optional::stream).toList();
        int number = error.path("code").asInt(layer.path("error_code").asInt(0));
        exact.map(Told::byName).or(() -> ErrorCodes.ofNumber(number).map(is -> new Told(is, number)))
                .or(() -> said.stream().findFirst().map(Told::byName)).ifPresent(is -> told = is);
        text(layer, error).ifPresent(text -> message = text);
        return inside(metadata.path("raw"));
    }

    private static JsonNode error(JsonNode layer) {
        JsonNode inChoice = layer.path("choices").path(0).path("error");
        return Stream.of(layer.path("error"), inChoice).filter(JsonNode::isObject).findFirst().orElse(layer);
    }

    /** What a provider said behind OpenRouter, or what LiteLLM has put into its message. */
    private Optional<JsonNode> inside(JsonNode raw) {
        if (raw.isObject()) {
            return Optional.of(raw);
        }
        if (isText(raw) && !raw.textValue().startsWith("<")) {
            message = raw.textValue();
        }
        return Optional.ofNullable(message).flatMap(ErrorLayers::embedded);
    }

    private static Optional<String> text(JsonNode layer, JsonNode error) {
        return Stream.of(error.path("message"), layer.path("error"), layer.path("message"), layer.path(DETAIL),
                layer.path(DETAIL).path(0).path("msg"))
                .filter(ErrorLayers::isText).findFirst().map(JsonNode::textValue);
    }

    private static boolean isText(JsonNode node) {
        return node.isTextual() && !node.textValue().isBlank();
    }

    private static Optional<JsonNode> embedded(String text) {
        int brace = text.indexOf('{');
        if (brace < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readTree(text.substring(brace)))
                    .filter(node -> isError(node) || text(node, node.path("error")).isPresent());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Kind> named(JsonNode node) {
        Optional<Kind> is = Optional.ofNullable(node.textValue()).flatMap(ErrorCodes::ofName);
        is.ifPresent(named::add);
        return is;
    }

    /** Whether a JSON object is an error rather than an answer. */
    static boolean isError(JsonNode node) {
        return isFault(node.path("error")) || isFault(node.path("error_code")) || isBare(node);
    }

    /** Whether it is an error without an envelope: it says so, or has words and a code. */
    private static boolean isBare(JsonNode node) {
        if (!node.isObject() || OF_ANSWERS.stream().anyMatch(node::has)) {
            return false;
        }
        boolean named = Stream.of(node.path("object"), node.path("type")).anyMatch(name -> name.asText().equals("error"));
        if (named || isText(node.path(DETAIL)) || isText(node.path(DETAIL).path(0).path("msg"))) {
            return true;
        }
        return isText(node.path("message")) && isFault(node.path("code"));
    }

    private static boolean isFault(JsonNode error) {
        return switch (error.getNodeType()) {
            case OBJECT -> true;
            case NUMBER -> error.isIntegralNumber();
            case STRING -> !error.textValue().isEmpty();
            default -> false;
        };
    }

    /** Whether any layer names the error so. */
    boolean names(Kind is) {
        return named.contains(is);
    }

    /** The innermost message. */
    Optional<String> message() {
        return Optional.ofNullable(message);
    }

    /** What the innermost layer that says so calls it. */
    Optional<Told> told() {
        return Optional.ofNullable(told);
    }
}
