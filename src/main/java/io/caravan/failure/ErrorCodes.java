/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The one table of what upstreams call their errors: {@code error_code} of Databricks, {@code error.type} of Anthropic,
 * {@code code} and {@code type} of OpenAI, {@code metadata.error_type} of OpenRouter, {@code status} of Google, exception
 * names of LiteLLM. A code means the same whoever sends it and whoever is told.
 */
final class ErrorCodes {

    private static final Map<String, Kind> KINDS = new HashMap<>();

    static {
        add(Kind.REQUEST_REFUSED, "bad_request", "invalid_parameter_value", "malformed_request", "invalid_request_error",
                "invalid_request", "invalid_argument", "failed_precondition", "unsupported_value", "conflict_error",
                "badrequesterror", "unsupportedparamserror", "invalidrequesterror");
        add(Kind.REQUEST_TOO_LARGE, "request_too_large");
        add(Kind.PROMPT_TOO_LONG, "context_length_exceeded", "contextwindowexceedederror");
        add(Kind.CONTENT_BLOCKED, "content_policy_violation", "refusal", "policy_blocked", "content_filter",
                "contentpolicyviolationerror");
        add(Kind.CREDENTIAL_REFUSED, "unauthenticated", "permission_denied", "authentication_error", "permission_error",
                "invalid_api_key", "authenticationerror", "permissiondeniederror");
        add(Kind.ACCOUNT_EMPTY, "billing_error", "insufficient_quota", "payment_required", "budgetexceedederror");
        add(Kind.MODEL_NOT_FOUND, "resource_does_not_exist", "endpoint_not_found", "not_found", "model_not_found",
                "not_found_error", "notfounderror");
        add(Kind.RATE_LIMITED, "request_limit_exceeded", "resource_exhausted", "rate_limit_exceeded", "rate_limit_error",
                "ratelimiterror", "too_many_requests");
        add(Kind.UNAVAILABLE, "temporarily_unavailable", "unavailable", "service_unavailable", "provider_overloaded",
                "serviceunavailableerror");
        add(Kind.OVERLOADED, "overloaded_error");
        add(Kind.DEADLINE_EXCEEDED, "deadline_exceeded", "timeout_error");
        add(Kind.FAILED, "internal_error", "internal", "api_error", "server_error", "internalservererror",
                "apiconnectionerror");
    }

    private ErrorCodes() {
    }

    private static void add(Kind kind, String... codes) {
        for (String code : codes) {
            KINDS.put(code, kind);
        }
    }

    /** What {@code code} means, in whichever letter case. */
    static Optional<Kind> ofName(String code) {
        return Optional.ofNullable(KINDS.get(code.toLowerCase(Locale.ROOT)));
    }

    /** What {@code number} means, if it is an HTTP status of an error. */
    static Optional<Kind> ofNumber(int number) {
        return Optional.of(number).filter(status -> status >= 400 && status < 600).map(ErrorCodes::ofStatus);
    }

    /** What an HTTP status of 400 or more means by itself. */
    static Kind ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> Kind.CREDENTIAL_REFUSED;
            case 402 -> Kind.ACCOUNT_EMPTY;
            case 404 -> Kind.MODEL_NOT_FOUND;
            case 413 -> Kind.REQUEST_TOO_LARGE;
            case 424 -> Kind.FAILED;
            case 429 -> Kind.RATE_LIMITED;
            case 503 -> Kind.UNAVAILABLE;
            case 504 -> Kind.DEADLINE_EXCEEDED;
            case 529 -> Kind.OVERLOADED;
            default -> otherwise(status);
        };
    }

    private static Kind otherwise(int status) {
        if (status < 500) {
            return Kind.REQUEST_REFUSED;
        }
        return Kind.FAILED;
    }
}
