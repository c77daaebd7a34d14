/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.Locale;
import java.util.Map;

/** How each dialect spells an error, as the body of an answer and inside a stream. */
final class ErrorBody {

    private static final Map<Integer, String> TYPES = Map.ofEntries(
            Map.entry(401, "authentication_error"), Map.entry(402, "billing_error"),
            Map.entry(403, "permission_error"), Map.entry(404, "not_found_error"),
            Map.entry(408, "timeout_error"), Map.entry(409, "conflict_error"),
            Map.entry(413, "request_too_large"), Map.entry(429, "rate_limit_error"),
            Map.entry(501, "not_supported"), Map.entry(504, "timeout_error"),
            Map.entry(529, "overloaded_error"));
    private static final Map<String, Integer> STATUSES = Map.ofEntries(
            Map.entry("invalid_request_error", 400), Map.entry("context_length_exceeded", 400),
            Map.entry("content_policy_violation", 400), Map.entry("authentication_error", 401),
            Map.entry("billing_error", 402), Map.entry("permission_error", 403), Map.entry("not_found_error", 404),
            Map.entry("request_too_large", 413), Map.entry("rate_limit_error", 429), Map.entry("api_error", 500),
            Map.entry("timeout_error", 504), Map.entry("overloaded_error", 529),
            Map.entry("provider_overloaded", 529));
    private static final Map<Integer, String> CODES = Map.of(
            400, "BAD_REQUEST", 401, "UNAUTHENTICATED", 403, "PERMISSION_DENIED", 404, "RESOURCE_DOES_NOT_EXIST",
            429, "REQUEST_LIMIT_EXCEEDED", 500, "INTERNAL_ERROR", 503, "TEMPORARILY_UNAVAILABLE",
            504, "DEADLINE_EXCEEDED");

    private ErrorBody() {}

    /** The error type that Anthropic gives a status. */
    static String typeOf(int status) {
        return TYPES.getOrDefault(status, status < 500 ? "invalid_request_error" : "api_error");
    }

    /** The status that an error type belongs to. */
    static int statusOf(String type) {
        return STATUSES.getOrDefault(type, 500);
    }

    /** The body of an answer that refuses; a null dialect spells it as Anthropic does. */
    static String of(Dialect dialect, Refusal refusal, String requestId) {
        int status = refusal.status();
        if (dialect == null) {
            return anthropic(refusal.type(), refusal.getMessage(), requestId);
        }
        return switch (dialect) {
            case DATABRICKS_NATIVE, DATABRICKS_GATEWAY, DATABRICKS_CHAT -> databricks(
                    codeOf(status, refusal.type()),
                    !refusal.isFlat() && (status == 400 || status == 413)
                            ? "{\"message\":" + Json.quote(refusal.getMessage()) + "}"
                            : refusal.getMessage());
            case OPENROUTER_MESSAGES, OPENROUTER_CHAT -> "{\"error\":{\"code\":" + status + ",\"message\":"
                    + Json.quote(refusal.getMessage()) + ",\"metadata\":{\"error_type\":"
                    + Json.quote(refusal.type()) + "}}}";
            case MESSAGES -> anthropic(refusal.type(), refusal.getMessage(), requestId);
            case LITELLM_CHAT -> openAi(status, refusal.type(), litellm(refusal, requestId));
            default -> server(dialect, refusal);
        };
    }

    /** The data of an error inside a stream; plain in OpenAI's own spelling where the dialect is a chat's. */
    static String inStream(Dialect dialect, Refusal refusal, boolean plain) {
        int status = refusal.status();
        String type = refusal.type();
        String message = refusal.getMessage();
        if (plain && !dialect.speaksMessages()) {
            return openAi(status, type, message);
        }
        return switch (dialect) {
            case DATABRICKS_NATIVE, DATABRICKS_GATEWAY, OPENROUTER_MESSAGES, MESSAGES -> "{\"type\":\"error\",\"error\":{\"type\":"
                    + Json.quote(type) + ",\"message\":" + Json.quote(message) + "}}";
            case DATABRICKS_CHAT -> databricks(codeOf(status, type), message);
            case OPENROUTER_CHAT -> "{\"error\":{\"code\":" + status + ",\"message\":" + Json.quote(message)
                    + ",\"metadata\":{\"error_type\":" + Json.quote(type)
                    + "}},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}";
            default -> openAi(status, type, message);
        };
    }

    private static String server(Dialect dialect, Refusal refusal) {
        int status = refusal.status();
        return switch (dialect) {
            case VLLM_CHAT -> flat(status, status < 500 ? "BadRequestError" : "InternalServerError", refusal.getMessage());
            case MISTRAL_CHAT -> mistral(status, refusal);
            default -> openAi(status, refusal.type(), refusal.getMessage());
        };
    }

    /** As vLLM has it: no object around the error. */
    private static String flat(int status, String type, String message) {
        return "{\"object\":\"error\",\"message\":" + Json.quote(message) + ",\"type\":" + Json.quote(type)
                + ",\"param\":null,\"code\":" + status + "}";
    }

    /** What its validator says is a list of details. */
    private static String mistral(int status, Refusal refusal) {
        if (status == 422) {
            String[] parts = refusal.getMessage().split(": ", 2);
            return "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\","
                    + Json.quote(parts[0]) + "],\"msg\":\"Extra inputs are not permitted\"}]},\"type\":"
                    + Json.quote(refusal.type()) + ",\"param\":null,\"code\":null}";
        }
        return "{\"object\":\"error\",\"message\":" + Json.quote(refusal.getMessage()) + ",\"type\":"
                + Json.quote(refusal.type()) + ",\"param\":null,\"code\":\"3280\"}";
    }

    private static String openAi(int status, String type, String message) {
        return "{\"error\":{\"message\":" + Json.quote(message) + ",\"type\":" + Json.quote(type)
                + ",\"param\":null,\"code\":\"" + status + "\"}}";
    }

    private static String litellm(Refusal refusal, String requestId) {
        String name = switch (refusal.status()) {
            case 400 -> refusal.type().equals("context_length_exceeded")
                    ? "ContextWindowExceededError" : "BadRequestError";
            case 401 -> "AuthenticationError";
            case 404 -> "NotFoundError";
            case 429 -> "RateLimitError";
            case 503 -> "ServiceUnavailableError";
            default -> refusal.status() < 500 ? "APIError" : "InternalServerError";
        };
        return "litellm." + name + ": " + (refusal.isFlat()
                ? refusal.getMessage()
                : "AnthropicException - " + anthropic(refusal.type(), refusal.getMessage(), requestId));
    }

    /** Databricks' code for a status, unless the type is such a code itself. */
    private static String codeOf(int status, String type) {
        if (type.equals(type.toUpperCase(Locale.ROOT))) {
            return type;
        }
        return CODES.getOrDefault(status, status < 500 ? "INVALID_PARAMETER_VALUE" : "INTERNAL_ERROR");
    }

    private static String databricks(String code, String message) {
        return "{\"error_code\":" + Json.quote(code) + ",\"message\":" + Json.quote(message) + "}";
    }

    private static String anthropic(String type, String message, String requestId) {
        return "{\"type\":\"error\",\"error\":{\"type\":" + Json.quote(type) + ",\"message\":" + Json.quote(message)
                + "},\"request_id\":" + Json.quote(requestId) + "}";
    }
}
