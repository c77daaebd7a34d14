/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Counts the page objects that stand plain in a PDF, read piece by piece. */
final class PdfPages {

    private static final byte[] MARK = "%PDF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TYPE = "/Type".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PAGE = "/Page".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PACKED = "/ObjStm".getBytes(StandardCharsets.US_ASCII);
    /** Longer than any mark with its blanks, which may lie across two pieces. */
    private static final int OVERLAP = 32;

    private byte[] tail = new byte[0];
    private int count;
    private boolean packed;

    static boolean isPdf(byte[] head) {
        return head.length > MARK.length && stands(MARK, head, 0);
    }

    void read(byte[] piece) {
        byte[] bytes = new byte[tail.length + piece.length];
        System.arraycopy(tail, 0, bytes, 0, tail.length);
        System.arraycopy(piece, 0, bytes, tail.length, piece.length);
        int last = bytes.length - OVERLAP;
        for (int i = 0; i < last; i++) {
            if (bytes[i] == '/') {
                look(bytes, i);
            }
        }
        int kept = Math.max(0, last);
        tail = Arrays.copyOfRange(bytes, kept, bytes.length);
    }

    int count() {
        return count;
    }

    /** Whether no objects are packed into compressed streams, where pages cannot be seen. */
    boolean allPlain() {
        return !packed;
    }

    private void look(byte[] bytes, int at) {
        if (stands(TYPE, bytes, at)) {
            int value = at + TYPE.length;
            while (isBlank(bytes, value)) {
                value++;
            }
            if (stands(PAGE, bytes, value) && !isLetter(bytes, value + PAGE.length)) {
                count++;
            }
        } else if (stands(PACKED, bytes, at)) {
            packed = true;
        }
    }

    private static boolean isBlank(byte[] bytes, int at) {
        return at < bytes.length && (bytes[at] & 0xff) <= ' ';
    }

    private static boolean isLetter(byte[] bytes, int at) {
        return at < bytes.length && Character.isLetter(bytes[at]);
    }

    private static boolean stands(byte[] mark, byte[] bytes, int at) {
        int end = at + mark.length;
        return end <= bytes.length && Arrays.equals(bytes, at, end, mark, 0, mark.length);
    }
}
