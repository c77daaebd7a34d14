/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Errors in the Messages format: writing one, and reading what an upstream says in whichever envelope. */
public final class ErrorBody {

    private static final int MAX_WRAPPINGS = 4;

    private ErrorBody() {
    }

    /** {@code {"type":"error","error":{"type","message"},"request_id"}} in UTF-8. */
    public static byte[] of(String type, String message, String requestId) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("type", "error");
        root.putObject("error").put("type", type).put("message", message);
        root.put("request_id", requestId);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same as one server-sent {@code error} event. */
    public static byte[] event(String type, String message, String requestId) {
        return ("event: error\ndata: " + new String(of(type, message, requestId), StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The error type that goes with a status (protocol 1.8). */
    public static String typeOf(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 408, 504 -> "timeout_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }

    /** The status that goes with an error type, or {@code otherwise} for one that is not known. */
    public static int statusOf(String type, int otherwise) {
        return switch (type) {
            case "invalid_request_error", "policy_blocked" -> 400;
            case "authentication_error" -> 401;
            case "billing_error" -> 402;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "conflict_error" -> 409;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "api_error" -> 500;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> otherwise;
        };
    }

    /**
     * What an upstream's error body says.
     *
     * @param anthropic whether the body already is an error of the Messages format, to be passed on as it is
     * @param openAi    whether it is an error of the OpenAI chat format, nothing wrapped in it
     * @param type      the type of the error inside, or null
     * @param code      Databricks' {@code error_code}, or null
     * @param message   the innermost message, or null if none can be read
     */
    public record Reading(boolean anthropic, boolean openAi, String type, String code, String message) {
    }

    /** Reads an error body in any envelope; messages that hold JSON are unwrapped. Never fails. */
    public static Reading read(byte[] body) {
        JsonNode root = tree(body);
        if (root == null || !root.isObject()) {
            return new Reading(false, false, null, null, null);
        }
        JsonNode error = root.path("error");
        boolean anthropic = root.path("type").asText().equals("error")
                && error.path("type").isTextual() && error.path("message").isTextual();
        String message = innermost(root);
        boolean openAi = !anthropic && error.path("type").isTextual() && error.path("message").isTextual()
                && error.path("message").textValue().equals(message);
        return new Reading(anthropic, openAi, error.path("type").textValue(), root.path("error_code").textValue(), message);
    }

    private static String innermost(JsonNode root) {
        String message = message(root);
        for (int i = 0; message != null && i < MAX_WRAPPINGS; i++) {
            int brace = message.indexOf('{');
            JsonNode inner = brace < 0 ? null : tree(message.substring(brace).getBytes(StandardCharsets.UTF_8));
            String deeper = inner == null ? null : message(inner);
            if (deeper == null) {
                return message;
            }
            message = deeper;
        }
        return message;
    }

    private static String message(JsonNode node) {
        JsonNode error = node.path("error");
        if (error.isTextual()) {
            return error.textValue();
        }
        String message = error.path("message").textValue();
        return message != null ? message : node.path("message").textValue();
    }

    private static JsonNode tree(byte[] json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            return null;
        }
    }
}
