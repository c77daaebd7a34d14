package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import io.caravan.convert.UpstreamError;
import io.caravan.format.messages.ErrorBody;
import java.io.IOException;

/** What a chat upstream's error says, in the Messages format's terms (protocol 3.8, case E01). Any thread. */
public final class ChatErrors {

    private static final String TOO_LONG = "prompt is too long";
    private static final int SMALLEST_LIMIT = 1000;

    private ChatErrors() {
    }

    /**
     * Reads an error in any envelope; never fails. The wording of a 400 or 413 is kept, for clients match it; any other is
     * kept without what could tell the upstream's account or host.
     *
     * @param status      the HTTP status; below 400 if the body came inside a good answer or a stream
     * @param body        the error body, or the data of the event; it may be no JSON at all
     * @param clientModel the client's name of the model
     */
    public static UpstreamError read(int status, byte[] body, String clientModel) {
        try {
            return of(status, Json.MAPPER.readTree(body), clientModel);
        } catch (IOException e) {
            return of(status, Json.MAPPER.missingNode(), clientModel);
        }
    }

    /** The same for an error that came inside a good answer. */
    static UpstreamError inside(JsonNode error, String clientModel) {
        return of(200, error, clientModel);
    }

    /** Whether a JSON object is an error rather than an answer. */
    static boolean isError(JsonNode node) {
        return isFault(node.path("error")) || isFault(node.path("error_code"));
    }

    private static boolean isFault(JsonNode error) {
        return error.isObject() || error.isIntegralNumber() || ToolPiece.said(error) != null;
    }

    private static UpstreamError of(int http, JsonNode root, String clientModel) {
        ErrorLayers layers = new ErrorLayers(root);
        String message = layers.message();
        if (layers.names("context_length_exceeded")) {
            return new UpstreamError(400, ErrorBody.typeOf(400), tooLong(message == null ? "" : message));
        }
        if (layers.names("content_policy_violation") || layers.names("refusal")) {
            return new UpstreamError(400, "policy_blocked",
                    message == null ? "The upstream blocked the request." : SafeWording.of(message));
        }
        int status = shown(status(http, layers.status()));
        if (status == 500 && message != null && message.contains("scaling up")) {
            status = 503;
        }
        String said = switch (status) {
            case 400, 413 -> message;
            case 402 -> "The upstream's account cannot pay for the request.";
            case 403 -> "The upstream refused the gateway's credential; its operator must check it.";
            case 404 -> message == null ? null : "model: " + clientModel;
            default -> message == null ? null : SafeWording.of(message);
        };
        String generic = "The upstream " + (status >= 500 ? "failed: " : "refused the request: ") + status + ".";
        return new UpstreamError(status, ErrorBody.typeOf(status), said != null ? said : generic);
    }

    /** HTTP's status, unless the body knows it better: behind a 5xx, or a 400 that stands for something else. */
    private static int status(int http, int told) {
        boolean better = http < 400 || http >= 500 && told != 500 || http == 400 && told < 500;
        return better && told != 0 ? told : http < 400 ? 500 : http;
    }

    private static int shown(int status) {
        return switch (status) {
            case 401 -> 403;
            case 422 -> 400;
            case 424 -> 500;
            default -> status < 500 || status == 503 || status == 504 || status == 529 ? status : 500;
        };
    }

    /** The words a client knows, with the upstream's numbers if they can be read. */
    private static String tooLong(String message) {
        int known = message.indexOf(TOO_LONG);
        if (known >= 0) {
            return message.substring(known);
        }
        long first = 0;
        long number = 0;
        for (int i = 0; i <= message.length(); i++) {
            char c = i < message.length() ? message.charAt(i) : ' ';
            if (c >= '0' && c <= '9' && number < Integer.MAX_VALUE) {
                number = 10 * number + c - '0';
            } else if (c != ',' || number == 0) {
                if (number >= SMALLEST_LIMIT && first != 0 && number != first) {
                    return TOO_LONG + ": " + Math.max(first, number) + " tokens > " + Math.min(first, number) + " maximum";
                }
                first = number >= SMALLEST_LIMIT && first == 0 ? number : first;
                number = 0;
            }
        }
        return message.isEmpty() ? TOO_LONG : TOO_LONG + ": " + message;
    }
}
