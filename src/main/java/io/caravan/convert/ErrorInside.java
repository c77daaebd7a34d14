package io.caravan.convert;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.ExactTree;
import io.caravan.format.messages.ErrorBody;
import java.io.IOException;
import java.util.Arrays;

/** An error that came inside a stream or an answer with status 200, of either format (protocol 3.8). */
public final class ErrorInside {

    private ErrorInside() {
    }

    /** What the JSON object in {@code bytes[offset, offset+length)} reports. */
    public static UpstreamError of(byte[] bytes, int offset, int length) {
        byte[] json = Arrays.copyOfRange(bytes, offset, offset + length);
        JsonNode root;
        try {
            root = ExactTree.read(json);
        } catch (IOException e) {
            return unreadable();
        }
        // OpenRouter may put it into the choice.
        JsonNode error = root.has("error") ? root.path("error") : root.path("choices").path(0).path("error");
        String read = ErrorBody.read(json).message();
        String message = read != null ? read : error.path("message").asText("The upstream reported an error");
        String type = error.path("type").asText();
        // What OpenAI calls invalid may be told more exactly by its code.
        int status = type.equals("invalid_request_error") ? 0 : ErrorBody.statusOf(type, 0);
        if (status == 0) {
            status = statusOfCode(error, root.path("error_code").asText());
            type = ErrorBody.typeOf(status);
        }
        if (status == 401 || status == 403) {
            return new UpstreamError(403, "permission_error", "The upstream refused the gateway's credential");
        }
        // What goes wrong inside an upstream may name its hosts and accounts; what it refuses, the client must read.
        return new UpstreamError(status, type, status >= 500 ? "The upstream failed: " + status : message);
    }

    /** The error of an answer that is none of its format. */
    public static UpstreamError unreadable() {
        return new UpstreamError(500, "api_error", "The upstream's answer could not be read");
    }

    /** The error of a stream that ended before its message did. */
    public static UpstreamError cut() {
        return new UpstreamError(500, "api_error", "The upstream's stream ended before the message was complete");
    }

    private static int statusOfCode(JsonNode error, String databricks) {
        int number = error.path("code").asInt(error.path("status").asInt());
        if (number >= 400 && number < 600) {
            return number;
        }
        String word = databricks.isEmpty() ? error.path("code").asText() : databricks;
        return switch (word.isEmpty() || word.equals("null") ? error.path("type").asText() : word) {
            case "invalid_request_error", "context_length_exceeded", "BAD_REQUEST", "INVALID_PARAMETER_VALUE",
                    "MALFORMED_REQUEST" -> 400;
            case "insufficient_quota" -> 402;
            case "invalid_api_key", "UNAUTHENTICATED", "PERMISSION_DENIED" -> 403;
            case "model_not_found", "RESOURCE_DOES_NOT_EXIST", "ENDPOINT_NOT_FOUND", "NOT_FOUND" -> 404;
            case "rate_limit_exceeded", "REQUEST_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED" -> 429;
            case "TEMPORARILY_UNAVAILABLE" -> 503;
            case "DEADLINE_EXCEEDED" -> 504;
            default -> 500;
        };
    }
}
