/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Members of an assistant message as one opaque text that names the model they are for: the mark, a digest of the model's name,
 * how the rest is written, and the members as JSON in base64, deflated where that makes them shorter.
 */
final class BoundThinking {

    /** What every such text begins with, its version included. */
    static final String MARK = "caravan-thinking-1.";

    private static final char PLAIN = 'p';
    private static final char DEFLATED = 'd';
    private static final int DIGEST = 16;
    private static final int SHORT = 256;
    /** What is deflated further than this stays plain: nobody can make a small request a large one. */
    private static final int MOST_TIMES = 8;

    private BoundThinking() {
    }

    static String write(String model, JsonNode members) {
        byte[] json = members.toString().getBytes(StandardCharsets.UTF_8);
        byte[] packed = json;
        char form = PLAIN;
        if (json.length > SHORT) {
            byte[] deflated = deflated(json);
            if (deflated.length < json.length && deflated.length * MOST_TIMES >= json.length) {
                packed = deflated;
                form = DEFLATED;
            }
        }
        return MARK + digest(model) + form + Base64.getUrlEncoder().withoutPadding().encodeToString(packed);
    }

    static boolean is(@Nullable JsonNode value) {
        return RawText.startsWith(value, MARK);
    }

    /** The members in {@code text}, if they are for {@code model} and can be read. */
    static Optional<ObjectNode> read(String text, String model) {
        int form = MARK.length() + DIGEST;
        if (text.length() <= form || !text.startsWith(MARK + digest(model))) {
            return Optional.empty();
        }
        try {
            byte[] packed = Base64.getUrlDecoder().decode(text.substring(form + 1));
            byte[] json = text.charAt(form) == DEFLATED ? inflated(packed) : packed;
            return Optional.of(Json.exact(json)).map(BoundThinking::known).filter(members -> !members.isEmpty());
        } catch (IllegalArgumentException | DataFormatException | IOException e) {
            return Optional.empty();
        }
    }

    /** What thinking can be in a message, and nothing else: a client may have made the text itself. */
    private static ObjectNode known(JsonNode given) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (String text : ThinkingHistory.TEXTS) {
            if (given.path(text).isTextual()) {
                members.set(text, given.get(text));
            }
        }
        copyLists(given, members);
        ObjectNode beside = JsonNodeFactory.instance.objectNode();
        copyLists(given.path(ThinkingHistory.BESIDE), beside);
        if (!beside.isEmpty()) {
            members.set(ThinkingHistory.BESIDE, beside);
        }
        for (JsonNode part : given.path("content")) {
            if (part.path("type").asText().equals("reasoning")) {
                members.withArray("content").add(part);
            }
        }
        return members;
    }

    private static void copyLists(JsonNode from, ObjectNode to) {
        for (String list : ThinkingHistory.LISTS) {
            if (from.path(list).isArray()) {
                to.set(list, from.get(list));
            }
        }
    }

    private static String digest(String model) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(model.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] deflated(byte[] json) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(json);
            deflater.finish();
            byte[] deflated = new byte[json.length];
            int length = deflater.deflate(deflated);
            return deflater.finished() ? Arrays.copyOf(deflated, length) : json;
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflated(byte[] packed) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] part = new byte[8192];
            ByteArrayOutputStream json = new ByteArrayOutputStream(packed.length * 2);
            int most = packed.length * MOST_TIMES;
            int length = inflater.inflate(part);
            while (length > 0) {
                json.write(part, 0, length);
                if (json.size() > most) {
                    throw new DataFormatException("deflated further than any that is written here");
                }
                length = inflater.inflate(part);
            }
            return json.toByteArray();
        } finally {
            inflater.end();
        }
    }
}
