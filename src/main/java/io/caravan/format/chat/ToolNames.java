/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The names of one request's tools as a chat upstream takes them: at most 64 of {@code [a-zA-Z0-9_-]} (case M42). A name
 * that is not so becomes its first 55 characters and 8 hex digits of its SHA-256, the same in every request.
 */
public final class ToolNames {

    private static final int LONGEST = 64;
    private static final int KEPT = 55;
    private static final int HEX_DIGITS = 8;

    private final Map<String, String> originals = new HashMap<>();

    /** The name to send for {@code name}, remembered for the way back. */
    public String toUpstream(String name) {
        if (name.length() <= LONGEST && !name.isEmpty() && plain(name).equals(name)) {
            return name;
        }
        String plain = plain(name);
        String kept = plain.length() > KEPT ? plain.substring(0, KEPT) : plain;
        String sent = kept + "_" + digest(name);
        originals.put(sent, name);
        return sent;
    }

    /** The client's name for one an upstream calls. */
    public String toClient(String name) {
        return originals.getOrDefault(name, name);
    }

    private static String plain(String name) {
        StringBuilder plain = null;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean fine = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            if (!fine) {
                if (plain == null) {
                    plain = new StringBuilder(name);
                }
                plain.setCharAt(i, '_');
            }
        }
        return plain == null ? name : plain.toString();
    }

    private static String digest(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HEX_DIGITS / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
