/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request body as a tree in which images stay bytes: a string of more than 4 KB under the key {@code data}, or under
 * {@code url} if it begins with {@code data:}, becomes a {@link RawText}. Of members with the same name the last counts;
 * numbers keep their precision. The same trees are written back by {@link #write}.
 */
public final class RequestTree {

    private static final int LONG = 4096;
    private static final byte[] ANYTHING = {};
    private static final byte[] DATA_URL = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private final byte[] body;
    private final JsonParser parser;

    private RequestTree(byte[] body, JsonParser parser) {
        this.body = body;
        this.parser = parser;
    }

    /**
     * Reads one JSON value. Keeps {@code body}, which must not change afterwards.
     *
     * @throws MalformedBody if it is not exactly one JSON value in UTF-8 within the limits of {@link Json#FACTORY}
     */
    public static JsonNode read(byte[] body) {
        Json.requireUtf8(body);
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            RequestTree tree = new RequestTree(body, parser);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new MalformedBody("The request body is empty; a JSON object is expected.");
            }
            JsonNode root = tree.value(first, "");
            if (parser.nextToken() != null) {
                throw new MalformedBody("The request body holds more than one JSON value.");
            }
            return root;
        } catch (IOException e) {
            throw MalformedBody.of(e);
        }
    }

    /**
     * {@code tree} as JSON in UTF-8; {@code size} is a guess at its length.
     *
     * @throws MalformedBody if it is nested too deeply
     */
    public static byte[] write(JsonNode tree, int size) {
        Bytes out = new Bytes(size);
        try {
            Json.MAPPER.writeValue(out, tree);
        } catch (IOException e) {
            throw new MalformedBody("The request body is nested too deeply.");
        }
        return out.exact();
    }

    private JsonNode value(JsonToken token, String key) throws IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> string(key);
            case VALUE_NUMBER_INT -> switch (parser.getNumberType()) {
                case INT -> NODES.numberNode(parser.getIntValue());
                case LONG -> NODES.numberNode(parser.getLongValue());
                default -> NODES.numberNode(parser.getBigIntegerValue());
            };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private ObjectNode object() throws IOException {
        ObjectNode object = NODES.objectNode();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            object.set(key, value(parser.nextToken(), key));
        }
        return object;
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(token, ""));
        }
        return array;
    }

    private JsonNode string(String key) throws IOException {
        return switch (key) {
            case "data" -> stringOrBytes(ANYTHING);
            case "url" -> stringOrBytes(DATA_URL);
            default -> NODES.textNode(parser.getText());
        };
    }

    /** The string at hand, as bytes if it is long and begins like this. */
    private JsonNode stringOrBytes(byte[] beginning) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset() + 1;
        if (startsAt(start, beginning)) {
            int end = closingQuote(start);
            if (end - start > LONG && end < body.length) {
                return RawText.node(body, start, end);
            }
        }
        return NODES.textNode(parser.getText());
    }

    /** The quote that ends the string that begins at {@code start}; behind the body if there is none. */
    private int closingQuote(int start) {
        int at = start;
        while (at < body.length && body[at] != '"') {
            if (body[at] == '\\') {
                at++;
            }
            at++;
        }
        return at;
    }

    private boolean startsAt(int at, byte[] beginning) {
        int end = at + beginning.length;
        return end <= body.length && Arrays.equals(body, at, end, beginning, 0, beginning.length);
    }
}
