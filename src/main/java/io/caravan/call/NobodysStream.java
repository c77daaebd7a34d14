/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.List;
import java.util.Map;

/** The way back of a copy's answer, which nobody is given. It never leaves. */
final class NobodysStream implements ClientStream {

    private volatile boolean started;

    @Override
    public void send(int status, List<Map.Entry<String, String>> headers, byte[] body) {
        started = true;
    }

    @Override
    public void start(int status, List<Map.Entry<String, String>> headers) {
        started = true;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        // Nobody reads it.
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void end() {
        // Nobody is told.
    }

    @Override
    public void reset() {
        // Nobody is told.
    }

    @Override
    public void abandon() {
        // Nobody is told.
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public boolean isGone() {
        return false;
    }

    @Override
    public void whenGone(Runnable action) {
        // It never leaves.
    }
}
