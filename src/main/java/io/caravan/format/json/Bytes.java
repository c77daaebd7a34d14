/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import java.io.ByteArrayOutputStream;

/** Bytes on their way out, in an array that grows and is used again. One thread at a time. */
public final class Bytes extends ByteArrayOutputStream {

    public Bytes(int size) {
        super(size);
    }

    /** The array itself, of which the first {@link #size()} bytes count; valid until the next write. */
    public byte[] array() {
        return buf;
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }
}
