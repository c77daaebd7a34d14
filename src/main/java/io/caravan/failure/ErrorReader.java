/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.FormatPair;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Set;

/**
 * Reads what an upstream says when it fails, in whichever envelope and wherever it says it: an error answer, an error
 * inside a good one, an event of a stream, or by its status alone (protocol row "Upstream errors" in {@code docs/conformance.md}, case E01). Never
 * fails itself. Any thread.
 */
public final class ErrorReader {

    private static final int INSIDE = 200;
    private static final FormatPair CONVERTED = new FormatPair(WireFormat.MESSAGES, WireFormat.CHAT);
    private static final String SCALING_UP = "scaling up";
    private static final Set<Integer> OAUTH_REFUSALS = Set.of(400, 401, 403);
    private static final Set<Integer> NO_ENDPOINT = Set.of(404, 405, 501);

    private ErrorReader() {
    }

    /**
     * The failure an error answer reports. The words of a 400, 413 or 422 are the upstream's own, for clients match them
     * (rule 6); any other's are without what could tell the upstream's account or host.
     *
     * @param status      the HTTP status, 400 or more
     * @param body        the error body; it may be no JSON at all
     * @param pair        the formats of client and upstream: where they are one, the client sees the upstream's own body
     * @param clientModel the client's name of the model
     */
    public static Failure answer(int status, byte[] body, FormatPair pair, String clientModel) {
        JsonNode root = tree(body);
        Failure failure = read(status, root, pair, clientModel);
        return pair.isOne() && isOwn(root, pair.client(), failure) ? failure.body(pair.client(), body) : failure;
    }

    /** The failure that an error inside a 200, or inside a stream, reports; as {@link #answer} otherwise. */
    public static Failure inside(byte[] body, String clientModel) {
        return read(INSIDE, tree(body), CONVERTED, clientModel);
    }

    /** The same, where it is JSON already. */
    public static Failure inside(JsonNode error, String clientModel) {
        return read(INSIDE, error, CONVERTED, clientModel);
    }

    /** Whether a JSON object is an error rather than an answer. */
    public static boolean isError(JsonNode node) {
        return ErrorLayers.isError(node);
    }

    /** Whether an error of this status says in its words what of the request the upstream does not take. */
    public static boolean isRefusal(int status) {
        return status == 400;
    }

    /** Whether an error of this status is one, and may be about the request rather than about the path it went to. */
    public static boolean isJudgment(int status) {
        return status >= 400 && status != 404;
    }

    /** Whether an upstream that answers so does not know who asks. */
    public static boolean isUnauthenticated(int status) {
        return status == 401;
    }

    /** Whether an OAuth server that answers so does not take the client or its secret. */
    public static boolean refusesOAuthClient(int status) {
        return OAUTH_REFUSALS.contains(status);
    }

    /** Whether an upstream that answers so has no such endpoint. */
    public static boolean lacksEndpoint(int status) {
        return NO_ENDPOINT.contains(status);
    }

    /** Whether an upstream that answers so was only asked too often. */
    public static boolean isRateLimit(int status) {
        return status == 429;
    }

    /** The innermost words of an error body, or null if there are none. */
    public static String words(byte[] body) {
        return new ErrorLayers(tree(body)).message();
    }

    private static JsonNode tree(byte[] body) {
        try {
            JsonNode root = Json.MAPPER.readTree(body);
            return root == null ? MissingNode.getInstance() : root;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static Failure read(int http, JsonNode root, FormatPair pair, String clientModel) {
        ErrorLayers layers = new ErrorLayers(root);
        Kind kind = kind(http, layers, pair.upstream());
        String words = words(kind, http, layers, clientModel);
        int status = http == INSIDE ? layers.status() : http;
        return Failure.of(kind, words).status(shown(kind, status, pair.isOne()));
    }

    private static Kind kind(int http, ErrorLayers layers, WireFormat upstream) {
        if (layers.names(Kind.PROMPT_TOO_LONG)) {
            return Kind.PROMPT_TOO_LONG;
        }
        if (layers.names(Kind.CONTENT_BLOCKED)) {
            return Kind.CONTENT_BLOCKED;
        }
        Kind kind = knowsBetter(http, layers.kind(), upstream) ? layers.kind() : ErrorCodes.of(http == INSIDE ? 500 : http);
        boolean scalesUp = kind == Kind.FAILED && layers.message() != null && layers.message().contains(SCALING_UP);
        if (scalesUp) {
            return Kind.UNAVAILABLE;
        }
        boolean unnamed = layers.message() == null || layers.kind() == null;
        return kind == Kind.MODEL_NOT_FOUND && unnamed ? Kind.REQUEST_REFUSED : kind;
    }

    /**
     * Whether the body tells more than HTTP's status: inside a 200, a 400 that stands for something else, or behind a 5xx of
     * the chat format, whose gateways wrap what others said.
     */
    private static boolean knowsBetter(int http, Kind told, WireFormat upstream) {
        if (told == null) {
            return false;
        }
        return switch (http) {
            case INSIDE -> true;
            case 400 -> told.source() != Kind.Source.UPSTREAM || told == Kind.RATE_LIMITED;
            case 429 -> told == Kind.ACCOUNT_EMPTY;
            default -> http >= 500 && told != Kind.FAILED && upstream == WireFormat.CHAT;
        };
    }

    private static String words(Kind kind, int http, ErrorLayers layers, String clientModel) {
        String message = layers.message();
        if (kind == Kind.MODEL_NOT_FOUND) {
            return "model: " + clientModel;
        }
        if (kind == Kind.CREDENTIAL_REFUSED) {
            return "The upstream refused the gateway's credential; its operator must check it.";
        }
        if (kind == Kind.ACCOUNT_EMPTY) {
            return "The upstream's account cannot pay for the request.";
        }
        if (kind == Kind.PROMPT_TOO_LONG) {
            return TooLong.words(message);
        }
        if (message == null) {
            return generic(kind, http);
        }
        boolean itsVeryWords = kind == Kind.REQUEST_TOO_LARGE || kind == Kind.REQUEST_REFUSED && isTheClients(http);
        return itsVeryWords ? message : SafeWording.of(message);
    }

    private static boolean isTheClients(int http) {
        return http == INSIDE || http == 400 || http == 422 || http >= 500;
    }

    private static String generic(Kind kind, int http) {
        if (kind == Kind.CONTENT_BLOCKED) {
            return "The upstream blocked the request.";
        }
        int status = kind == Kind.REQUEST_REFUSED && http != INSIDE ? http : kind.status();
        return "The upstream " + (status >= 500 ? "failed: " : "refused the request: ") + status + ".";
    }

    /** The status that stays the upstream's own; 0 where the kind's counts. */
    private static int shown(Kind kind, int status, boolean sameFormat) {
        boolean odd = status == 422 || status == 502;
        return switch (kind) {
            case REQUEST_REFUSED -> status >= 400 && status < 500 && (sameFormat || !odd) ? status : 0;
            case FAILED -> sameFormat && odd ? status : 0;
            default -> 0;
        };
    }

    /** Whether the body is an error of the client's format that says what {@code failure} does. */
    private static boolean isOwn(JsonNode root, WireFormat format, Failure failure) {
        JsonNode error = root.path("error");
        boolean whole = error.path("type").isTextual() && error.path("message").isTextual();
        if (failure.kind().counts() || !whole) {
            return false;
        }
        if (format == WireFormat.MESSAGES) {
            return root.path("type").asText().equals("error");
        }
        boolean judged = failure.kind().source() == Kind.Source.CLIENT && failure.kind() != Kind.CONTENT_BLOCKED;
        return judged && error.path("message").textValue().equals(new ErrorLayers(root).message());
    }
}
