/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Errors in OpenAI's shape, {@code {"error":{"message","type","param","code"}}} (cases E48, E51), as OpenAI's own API
 * spells them:
 *
 * <pre>
 * authentication_error   invalid_request_error   invalid_api_key
 * permission_error       permission_error        -
 * not_found_error        invalid_request_error   model_not_found if it is about a model
 * billing_error          insufficient_quota      insufficient_quota
 * rate_limit_error       rate_limit_error        rate_limit_exceeded
 * policy_blocked         invalid_request_error   content_policy_violation
 * status 500 and more    server_error            -
 * all others             invalid_request_error   context_length_exceeded if the prompt is too long,
 *                                                unsupported_value if the message ends so
 * </pre>
 */
public final class ChatErrorBody {

    private ChatErrorBody() {
    }

    /**
     * The body of an error answer, in UTF-8.
     *
     * @param messagesType its type in the Messages format's terms (protocol 1.8)
     * @param message      what it says; a parameter's name and a colon in front become the {@code param}
     */
    public static byte[] of(int status, String messagesType, String message) {
        String param = null;
        String code = null;
        String type = "invalid_request_error";
        switch (messagesType) {
            case "authentication_error" -> code = "invalid_api_key";
            case "permission_error" -> type = "permission_error";
            case "billing_error" -> {
                type = "insufficient_quota";
                code = "insufficient_quota";
            }
            case "rate_limit_error" -> {
                type = "rate_limit_error";
                code = "rate_limit_exceeded";
            }
            case "not_found_error" -> {
                param = param(message);
                code = message.toLowerCase(Locale.ROOT).contains("model") ? "model_not_found" : null;
            }
            case "policy_blocked" -> code = "content_policy_violation";
            default -> {
                if (status >= 500) {
                    type = "server_error";
                } else if (isTooLong(message)) {
                    param = "messages";
                    code = "context_length_exceeded";
                } else {
                    param = param(message);
                    code = param != null && message.endsWith("supported") ? "unsupported_value" : null;
                }
            }
        }
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.putObject("error").put("message", message).put("type", type).put("param", param).put("code", code);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same as an event of a stream that has begun; no {@code [DONE]} follows it. */
    public static byte[] event(int status, String messagesType, String message) {
        return ("data: " + new String(of(status, messagesType, message), StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isTooLong(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("prompt is too long") || lower.contains("input is too long")
                || lower.contains("exceed context limit") || lower.equals("capability_rejected: prompt_too_long");
    }

    private static String param(String message) {
        int colon = message.indexOf(": ");
        if (colon <= 0 || message.startsWith("capability_rejected")) {
            return null;
        }
        for (int i = 0; i < colon; i++) {
            char c = message.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.')) {
                return null;
            }
        }
        return message.substring(0, colon);
    }
}
