package io.caravan.simulator;

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
    private static final Map<String, Integer> STATUSES = Map.of(
            "invalid_request_error", 400, "authentication_error", 401, "billing_error", 402, "permission_error", 403,
            "not_found_error", 404, "request_too_large", 413, "rate_limit_error", 429, "api_error", 500,
            "timeout_error", 504, "overloaded_error", 529);
    private static final Map<Integer, String> CODES = Map.of(
            400, "BAD_REQUEST", 401, "UNAUTHENTICATED", 403, "PERMISSION_DENIED", 404, "RESOURCE_DOES_NOT_EXIST",
            429, "REQUEST_LIMIT_EXCEEDED", 500, "INTERNAL_ERROR", 503, "TEMPORARILY_UNAVAILABLE",
            504, "DEADLINE_EXCEEDED");

    private ErrorBody() {}

    /** The error type that Anthropic gives a status. */
    static String typeOf(int status) {
        return TYPES.getOrDefault(status, status < 500 ? "invalid_request_error" : "api_error");
    }

    private static int statusOf(String type) {
        return STATUSES.getOrDefault(type, 500);
    }

    /** The body of an answer that refuses; a null dialect spells it as Anthropic does. */
    static String of(Dialect dialect, Refusal refusal, String requestId) {
        int status = refusal.status();
        if (dialect == null) {
            return anthropic(refusal.type(), refusal.getMessage(), requestId);
        }
        return switch (dialect) {
            case DATABRICKS_NATIVE, DATABRICKS_CHAT -> databricks(
                    status,
                    status == 400 || status == 413
                            ? "{\"message\":" + Json.quote(refusal.getMessage()) + "}"
                            : refusal.getMessage());
            case OPENROUTER_MESSAGES, OPENROUTER_CHAT -> "{\"error\":{\"code\":" + status + ",\"message\":"
                    + Json.quote(refusal.getMessage()) + ",\"metadata\":{\"error_type\":"
                    + Json.quote(refusal.type()) + "}}}";
            case MESSAGES -> anthropic(refusal.type(), refusal.getMessage(), requestId);
            case LITELLM_CHAT -> "{\"error\":{\"message\":"
                    + Json.quote(litellm(refusal, requestId)) + ",\"type\":" + Json.quote(refusal.type())
                    + ",\"param\":null,\"code\":\"" + status + "\"}}";
        };
    }

    /** The data of an error inside a stream. */
    static String inStream(Dialect dialect, String type, String message) {
        int status = statusOf(type);
        return switch (dialect) {
            case DATABRICKS_NATIVE, OPENROUTER_MESSAGES, MESSAGES -> "{\"type\":\"error\",\"error\":{\"type\":"
                    + Json.quote(type) + ",\"message\":" + Json.quote(message) + "}}";
            case DATABRICKS_CHAT -> databricks(status, message);
            case OPENROUTER_CHAT -> "{\"error\":{\"code\":" + status + ",\"message\":" + Json.quote(message)
                    + ",\"metadata\":{\"error_type\":" + Json.quote(type)
                    + "}},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}";
            case LITELLM_CHAT -> "{\"error\":{\"message\":" + Json.quote(message) + ",\"type\":" + Json.quote(type)
                    + ",\"param\":null,\"code\":\"" + status + "\"}}";
        };
    }

    private static String litellm(Refusal refusal, String requestId) {
        String name = switch (refusal.status()) {
            case 400 -> "BadRequestError";
            case 401 -> "AuthenticationError";
            case 404 -> "NotFoundError";
            case 429 -> "RateLimitError";
            case 503 -> "ServiceUnavailableError";
            default -> refusal.status() < 500 ? "APIError" : "InternalServerError";
        };
        return "litellm." + name + ": AnthropicException - "
                + anthropic(refusal.type(), refusal.getMessage(), requestId);
    }

    private static String databricks(int status, String message) {
        String code = CODES.getOrDefault(status, status < 500 ? "INVALID_PARAMETER_VALUE" : "INTERNAL_ERROR");
        return "{\"error_code\":\"" + code + "\",\"message\":" + Json.quote(message) + "}";
    }

    private static String anthropic(String type, String message, String requestId) {
        return "{\"type\":\"error\",\"error\":{\"type\":" + Json.quote(type) + ",\"message\":" + Json.quote(message)
                + "},\"request_id\":" + Json.quote(requestId) + "}";
    }
}
