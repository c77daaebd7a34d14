/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of one request's tools as a chat upstream takes them: at most 64 of {@code [a-zA-Z0-9_-]} (case M42). A name
 * that is not so becomes its first 55 characters and 8 hex digits of its SHA-256, the same in every request.
 */
final class ToolNames {

    private static final Pattern TAKEN = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    private static final int KEPT = 55;
    private static final int HEX_DIGITS = 8;

    private final Map<String, String> originals = new HashMap<>();

    /** The name to send for {@code name}, remembered for the way back. */
    String toUpstream(String name) {
        if (TAKEN.matcher(name).matches()) {
            return name;
        }
        StringBuilder sent = new StringBuilder(name.substring(0, Math.min(name.length(), KEPT)));
        for (int i = 0; i < sent.length(); i++) {
            if (PLAIN.indexOf(sent.charAt(i)) < 0) {
                sent.setCharAt(i, '_');
            }
        }
        sent.append('_').append(Sha256.hex(name), 0, HEX_DIGITS);
        originals.put(sent.toString(), name);
        return sent.toString();
    }

    /** The client's names, by those that were sent instead. */
    Map<String, String> originals() {
        return Map.copyOf(originals);
    }
}
