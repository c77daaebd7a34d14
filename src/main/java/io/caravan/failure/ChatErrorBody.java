/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
final class ChatErrorBody {

    /** What is said beside the message. */
    private record Words(String type, @Nullable String param, @Nullable String code) {
    }

    private static final String INVALID = "invalid_request_error";
    private static final Map<String, Words> FIXED = Map.of(
            "authentication_error", new Words(INVALID, null, "invalid_api_key"),
            "permission_error", new Words("permission_error", null, null),
            "billing_error", new Words("insufficient_quota", null, "insufficient_quota"),
            "rate_limit_error", new Words("rate_limit_error", null, "rate_limit_exceeded"),
            "policy_blocked", new Words(INVALID, null, "content_policy_violation"));
    private static final Words SERVER_ERROR = new Words("server_error", null, null);
    private static final Words TOO_LONG = new Words(INVALID, "messages", "context_length_exceeded");
    private static final List<String> SAY_TOO_LONG = List.of("prompt is too long", "input is too long",
            "exceed context limit");
    private static final String REJECTED = "capability_rejected";
    private static final Pattern PARAM = Pattern.compile("([a-z0-9_.]+): ");

    private ChatErrorBody() {
    }

    /**
     * The body of an error answer, in UTF-8.
     *
     * @param messagesType its type as the Messages format calls it
     * @param message      what it says; a parameter's name and a colon in front become the {@code param}
     */
    static byte[] of(int status, String messagesType, String message) {
        Words words = words(status, messagesType, message);
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.putObject("error").put("message", message).put("type", words.type).put("param", words.param)
                .put("code", words.code);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same as an event of a stream that has begun; no {@code [DONE]} follows it. */
    static byte[] event(int status, String messagesType, String message) {
        return ("data: " + new String(of(status, messagesType, message), StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The {@code error} of a response that has failed: its code tells a client whether to try again. */
    static ObjectNode inResponse(int status, String messagesType, String message) {
        Words words = words(status, messagesType, message);
        String code = words.code;
        if (code == null) {
            code = status >= 500 ? "server_error" : "invalid_prompt";
        }
        return Json.MAPPER.createObjectNode().put("code", code).put("message", message);
    }

    private static Words words(int status, String messagesType, String message) {
        Words fixed = FIXED.get(messagesType);
        if (fixed != null) {
            return fixed;
        }
        if (messagesType.equals("not_found_error")) {
            boolean model = message.toLowerCase(Locale.ROOT).contains("model");
            return new Words(INVALID, param(message), model ? "model_not_found" : null);
        }
        if (status >= 500) {
            return SERVER_ERROR;
        }
        if (isTooLong(message.toLowerCase(Locale.ROOT))) {
            return TOO_LONG;
        }
        String param = param(message);
        boolean unsupported = param != null && message.endsWith("supported");
        return new Words(INVALID, param, unsupported ? "unsupported_value" : null);
    }

    private static boolean isTooLong(String message) {
        return message.equals(REJECTED + ": prompt_too_long") || SAY_TOO_LONG.stream().anyMatch(message::contains);
    }

    private static @Nullable String param(String message) {
        Matcher param = PARAM.matcher(message);
        if (message.startsWith(REJECTED) || !param.lookingAt()) {
            return null;
        }
        return param.group(1);
    }
}
