/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.ClientStream;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client that has sent one request, and is told nothing. */
final class Caller implements ClientStream {

    private final List<Runnable> whenGone = new ArrayList<>();
    private boolean started;
    private boolean gone;

    /** A call with headers, given as name and value by turns, and perhaps a body. */
    Call calls(String body, String... headers) {
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (int i = 0; i < headers.length; i += 2) {
            entries.add(Map.entry(headers[i], headers[i + 1]));
        }
        Call call = new Call(new Call.Arrival(null, WireFormat.MESSAGES, this, new ClientStream.Headers(entries), "POST",
                "/v1/messages", null, "c", System.nanoTime()));
        return body == null ? call : call.asking(ModelRequest.read(body.getBytes(StandardCharsets.UTF_8)));
    }

    static void ends(Call call, CallObserver.Outcome outcome) {
        call.life().end(outcome);
    }

    void leaves() {
        List<Runnable> actions;
        synchronized (this) {
            gone = true;
            actions = List.copyOf(whenGone);
        }
        actions.forEach(Runnable::run);
    }

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
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void end() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abandon() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public synchronized boolean isGone() {
        return gone;
    }

    @Override
    public void whenGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                whenGone.add(action);
                return;
            }
        }
        action.run();
    }
}
