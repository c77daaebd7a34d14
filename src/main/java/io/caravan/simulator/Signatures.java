/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The signatures of thinking that a simulator gives out, and whether they come back as they were. Each carries its own
 * proof, so that no list is kept and another simulator knows it too; a foreign one only has to hold something.
 */
final class Signatures {

    private static final String MARK = "EqQBCkYIBxgC";
    private static final String REDACTED_MARK = "EmwKAhgBEgy";
    private static final Pattern SIGNATURE =
            Pattern.compile(Pattern.quote(MARK) + "KkD\\+sim/((\\d+)/([0-9a-f]{8}))/([0-9a-f]{8})/wQ==");
    private static final Pattern REDACTED =
            Pattern.compile(Pattern.quote(REDACTED_MARK) + "\\+sim/(\\d+)/([0-9a-f]{8})/kw==");

    private Signatures() {}

    static String of(long id, String thinking) {
        String signed = id + "/" + sum(thinking);
        return MARK + "KkD+sim/" + signed + "/" + sum(signed) + "/wQ==";
    }

    static String redacted(long id) {
        return REDACTED_MARK + "+sim/" + id + "/" + sum(String.valueOf(id)) + "/kw==";
    }

    /** Whether thinking that was sent back, its text perhaps left out, goes with its signature. */
    static boolean isIntact(String signature, String thinking) {
        if (!isOurs(signature, MARK)) {
            return !signature.isBlank();
        }
        Matcher parts = SIGNATURE.matcher(signature);
        return parts.matches()
                && parts.group(4).equals(sum(parts.group(1)))
                && (thinking.isEmpty() || parts.group(3).equals(sum(thinking)));
    }

    static boolean isIntactRedacted(String data) {
        if (!isOurs(data, REDACTED_MARK)) {
            return !data.isBlank();
        }
        Matcher parts = REDACTED.matcher(data);
        return parts.matches() && parts.group(2).equals(sum(parts.group(1)));
    }

    private static boolean isOurs(String value, String mark) {
        return value.startsWith(mark) || value.contains("sim/");
    }

    private static String sum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
