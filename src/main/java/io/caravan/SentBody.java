/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an upstream was sent, as far as two of them can be compared without a word of it.
 *
 * @param length      in bytes
 * @param bytes       a digest of them
 * @param besideModel a digest of all it says but the model's name
 * @param markers     for the place of each cache marker a digest of the prompt up to there, in the order in which the prompt is
 *                    cached: tools, system, messages
 */
record SentBody(int length, String bytes, String besideModel, Map<String, String> markers) {

    private static final List<String> PROMPT = List.of("tools", "system", "messages");
    /** The members that lead to markers; what else has one's name is somebody's data. */
    private static final Set<String> TO_MARKERS = Set.of("tools", "function", "system", "messages", "content");
    private static final String MARKER = "cache_control";
    private static final Set<String> LIVES = Set.of("5m", "1h");

    /** @param body one JSON object */
    static SentBody of(byte[] body) {
        JsonNode read = read(body);
        MessageDigest said = sha256();
        read.fields().forEachRemaining(member -> {
            if (!member.getKey().equals("model")) {
                update(said, member.getKey());
                update(said, member.getValue().toString());
            }
        });
        Prompt prompt = new Prompt();
        PROMPT.forEach(part -> prompt.add(read.path(part), part, true));
        prompt.end(read);
        return new SentBody(body.length, hex(sha256().digest(body)), hex(said.digest()), Collections.unmodifiableMap(prompt.markers));
    }

    private static JsonNode read(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a prompt that both have marked at the same place differs before it. */
    boolean differsBeforeMarker(SentBody other) {
        return markers.entrySet().stream().anyMatch(marker -> !other.markers.getOrDefault(marker.getKey(), marker.getValue())
                .equals(marker.getValue()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest, 0, 8);
    }

    /** A prompt as it is gone through, without its markers. */
    private static final class Prompt {

        private final MessageDigest said = sha256();
        private final Map<String, String> markers = new LinkedHashMap<>();

        void add(JsonNode node, String place, boolean marked) {
            if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    add(node.get(i), place + "[" + i + "]", marked);
                }
            } else if (node instanceof ObjectNode object) {
                addMembers(object, place, marked);
            } else {
                update(said, node.toString());
            }
        }

        private void addMembers(ObjectNode node, String place, boolean marked) {
            node.fields().forEachRemaining(member -> {
                String name = member.getKey();
                boolean isMarker = marked && name.equals(MARKER);
                if (!isMarker) {
                    update(said, name);
                    add(member.getValue(), place + "." + name, marked && TO_MARKERS.contains(name));
                }
            });
            if (marked) {
                mark(node, place);
            }
        }

        /** A marker beside the prompt stands for one at its end. */
        void end(JsonNode request) {
            mark(request, "request");
        }

        private void mark(JsonNode node, String place) {
            JsonNode marker = node.path(MARKER);
            if (marker.isObject()) {
                String life = marker.path("ttl").asText();
                markers.put(LIVES.contains(life) ? place + " " + life : place, soFar());
            }
        }

        private String soFar() {
            try {
                return hex(((MessageDigest) said.clone()).digest());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("SHA-256 of the platform can be cloned", e);
            }
        }
    }
}
