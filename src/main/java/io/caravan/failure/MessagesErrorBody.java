/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;

/** Errors in the Messages format, written. Any thread. */
final class MessagesErrorBody {

    private MessagesErrorBody() {
    }

    /** {@code {"type":"error","error":{"type","message"},"request_id"}} in UTF-8. */
    static byte[] of(String type, String message, String requestId) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("type", "error");
        root.putObject("error").put("type", type).put("message", message);
        root.put("request_id", requestId);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same as one server-sent {@code error} event. */
    static byte[] event(String type, String message, String requestId) {
        return ("event: error\ndata: " + new String(of(type, message, requestId), StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The error type that goes with a status of 400 or more. */
    static String typeOf(int status) {
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
}
