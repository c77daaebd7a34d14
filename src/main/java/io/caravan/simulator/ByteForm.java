/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;

/**
 * How the bytes of a body reach the socket.
 *
 * @param gzip      compressed, whatever the request accepts
 * @param oneChunk  a whole stream in one write
 * @param dripMillis each byte in a write of its own, with this pause after it; negative for not
 * @param splitUtf8 each character of more than one byte cut across two writes
 */
record ByteForm(boolean gzip, boolean oneChunk, long dripMillis, boolean splitUtf8) {

    static final ByteForm PLAIN = new ByteForm(false, false, -1, false);
    private static final long SPLIT_PAUSE_MILLIS = 2;

    /** Takes part of an array. */
    @FunctionalInterface
    interface Target {
        void write(byte[] bytes, int from, int count) throws IOException;
    }

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        void pause(long millis) throws IOException;
    }

    boolean isPlain() {
        return dripMillis < 0 && !splitUtf8;
    }

    void write(byte[] bytes, Target target, Pause pause) throws IOException {
        if (dripMillis >= 0) {
            for (int i = 0; i < bytes.length; i++) {
                target.write(bytes, i, 1);
                pause.pause(dripMillis);
            }
            return;
        }
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean startsCharacter = (bytes[i] & 0xC0) == 0xC0;
            if (startsCharacter) {
                target.write(bytes, from, i + 1 - from);
                pause.pause(SPLIT_PAUSE_MILLIS);
                from = i + 1;
            }
        }
        if (from < bytes.length) {
            target.write(bytes, from, bytes.length - from);
        }
    }
}
