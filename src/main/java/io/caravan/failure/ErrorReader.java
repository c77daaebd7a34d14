/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an upstream says when it fails, in whichever envelope and wherever it says it: an error answer, an error
 * inside a good one, an event of a stream, or by its status alone (case E01). Never fails itself. Any thread.
 */
public final class ErrorReader {

    private static final int INSIDE = 200;
    private static final WireFormat.Pair CONVERTED = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.CHAT);
    private static final String FAILED = "The upstream failed: ";
    private static final String SCALING_UP = "scaling up";
    /** Statuses that clients of another format do not know. */
    private static final Set<Integer> ODD = Set.of(422, 502);
    /** How servers say that no handler of theirs has the path; Databricks, Anthropic, and the usual frameworks. */
    private static final Pattern NOTHING_THERE = Pattern.compile("(?i)^(\\W|404|the requested (url|resource)|page|path|route|was)*"
            + "not found\\W*$|no api found|path must be of form|no route|no handler|cannot post|there is nothing at");
    private static final Set<Integer> OAUTH_REFUSALS = Set.of(400, 401, 403);
    private static final Set<Integer> NO_ENDPOINT = Set.of(404, 405, 501);

    private ErrorReader() {
    }

    /**
     * The failure an error answer reports. The words of a 400, 413 or 422 are the upstream's own, for clients match them
     * (R6); any other's are without what could tell the upstream's account or host.
     *
     * @param status      the HTTP status, 400 or more
     * @param body        the error body; it may be no JSON at all
     * @param pair        the formats of client and upstream: where they are one, the client sees the upstream's own body
     * @param clientModel the client's name of the model
     */
    public static Failure answer(int status, byte[] body, WireFormat.Pair pair, String clientModel) {
        JsonNode root = tree(body);
        Failure failure = read(status, root, pair, clientModel);
        if (pair.isOne() && isOwn(root, pair.client(), failure)) {
            return failure.body(pair.client(), body);
        }
        return failure;
    }

    /** The failure that an error inside a 200, or inside a stream, reports; as {@link #answer} otherwise. */
    public static Failure inside(byte[] body, String clientModel) {
        return read(INSIDE, tree(body), CONVERTED, clientModel);
    }

    /** The same, and of a fault of the upstream's own no words but its status. */
    public static Failure insideUnworded(byte[] body, String clientModel) {
        Failure failure = inside(body, clientModel);
        return switch (failure.kind()) {
            case OVERLOADED -> failure.saying(FAILED + 529);
            default -> failure.kind().counts() ? failure.saying(FAILED + failure.status()) : failure;
        };
    }

    /** The failure of an answer that is none of its format. */
    public static Failure unreadable() {
        return Failure.of(Kind.BAD_ANSWER, "The upstream's answer could not be read");
    }

    /** The same, where it is JSON already. */
    public static Failure inside(JsonNode error, String clientModel) {
        return read(INSIDE, error, CONVERTED, clientModel);
    }

    /** The failure that {@code body} reports, if it is an error at all. */
    public static Optional<Failure> told(byte[] body, String clientModel) {
        return Optional.of(tree(body)).filter(ErrorReader::isError).map(error -> inside(error, clientModel));
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
    public static @Nullable String words(byte[] body) {
        return new ErrorLayers(tree(body)).message().orElse(null);
    }

    private static JsonNode tree(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static Failure read(int http, JsonNode root, WireFormat.Pair pair, String clientModel) {
        ErrorLayers layers = new ErrorLayers(root);
        Kind kind = kind(http, layers, pair.upstream());
        Failure failure = Failure.of(kind, ErrorWords.of(kind, http, layers.message(), clientModel));
        if (http == INSIDE) {
            return layers.told().map(told -> shown(failure, told.status(), pair)).orElse(failure);
        }
        return shown(failure, http, pair);
    }

    private static Kind kind(int http, ErrorLayers layers, WireFormat upstream) {
        if (layers.names(Kind.PROMPT_TOO_LONG)) {
            return Kind.PROMPT_TOO_LONG;
        }
        if (layers.names(Kind.CONTENT_BLOCKED)) {
            return Kind.CONTENT_BLOCKED;
        }
        Optional<Kind> told = layers.told().map(ErrorLayers.Told::kind);
        Kind kind = told.filter(is -> knowsBetter(is, http, upstream)).orElseGet(() -> byStatus(http));
        boolean unnamed = layers.message().isEmpty() || told.isEmpty();
        return switch (kind) {
            case FAILED -> layers.message().filter(text -> text.contains(SCALING_UP)).map(text -> Kind.UNAVAILABLE).orElse(kind);
            case MODEL_NOT_FOUND -> missing(http, layers, unnamed);
            default -> kind;
        };
    }

    /** What is not there: anything at all at that URL, or a model, or something that the request names. */
    private static Kind missing(int http, ErrorLayers layers, boolean unnamed) {
        boolean nothing = layers.message().filter(words -> !NOTHING_THERE.matcher(words).find()).isEmpty();
        if (nothing && http == 404) {
            return Kind.NOT_AT_URL;
        }
        return unnamed ? Kind.REQUEST_REFUSED : Kind.MODEL_NOT_FOUND;
    }

    private static Kind byStatus(int http) {
        if (http == INSIDE) {
            return Kind.FAILED;
        }
        return ErrorCodes.ofStatus(http);
    }

    /**
     * Whether the body tells more than HTTP's status: inside a 200, a 400 that stands for something else, or behind a 5xx of
     * the chat format, whose gateways wrap what others said.
     */
    private static boolean knowsBetter(Kind told, int http, WireFormat upstream) {
        return switch (http) {
            case INSIDE -> true;
            case 400 -> !told.counts();
            case 429 -> told == Kind.ACCOUNT_EMPTY;
            default -> http >= 500 && told != Kind.FAILED && upstream == WireFormat.CHAT;
        };
    }

    /** The same with the status that stays the upstream's own, where one does. */
    private static Failure shown(Failure failure, int status, WireFormat.Pair pair) {
        boolean convertible = pair.isOne() || !ODD.contains(status);
        return switch (failure.kind()) {
            case REQUEST_REFUSED -> status >= 400 && status < 500 && convertible ? failure.status(status) : failure;
            case FAILED -> pair.isOne() && ODD.contains(status) ? failure.status(status) : failure;
            default -> failure;
        };
    }

    /** Whether the body is an error of the client's format that says what {@code failure} does. */
    private static boolean isOwn(JsonNode root, WireFormat format, Failure failure) {
        JsonNode error = root.path("error");
        boolean whole = error.path("type").isTextual() && error.path("message").isTextual();
        boolean inOurWords = failure.kind().counts() || failure.kind() == Kind.NOT_AT_URL;
        if (inOurWords || !whole) {
            return false;
        }
        return switch (format) {
            case MESSAGES -> root.path("type").asText().equals("error");
            case CHAT, RESPONSES -> failure.kind().isClients() && failure.kind() != Kind.CONTENT_BLOCKED
                    && new ErrorLayers(root).message().filter(error.path("message").textValue()::equals).isPresent();
        };
    }

    /** What the status means that an outgoing proxy answers a CONNECT with, instead of making the connection. */
    public static Kind ofProxy(int status) {
        if (status == 407) {
            return Kind.PROXY_CREDENTIAL_REFUSED;
        }
        return status >= 500 ? Kind.UNREACHABLE : Kind.PROXY_REFUSED;
    }
}
