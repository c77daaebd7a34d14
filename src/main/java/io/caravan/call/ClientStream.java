/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way back to one client. Written by one thread at a time, the request's worker; {@link #isGone} and
 * {@link #whenGone} may be used from any.
 */
public interface ClientStream {

    /**
     * Sends a whole answer and ends the response. Does nothing if the client is gone.
     *
     * @throws IllegalStateException if a head has gone out already
     */
    void send(int status, List<Map.Entry<String, String>> headers, byte[] body);

    /** Sends the head of an answer that follows in parts; it leaves at once. */
    void start(int status, List<Map.Entry<String, String>> headers);

    /**
     * Sends bytes behind the head, as soon as the client takes them. Copies them; blocks while the client has more than
     * a little unread.
     *
     * @throws io.caravan.failure.Failure if the client has left
     */
    void write(byte[] bytes, int offset, int length);

    /** Whether a {@link #write} of a few bytes would go out at once. Any thread. */
    boolean ready();

    /** Ends the response once all is written. Blocks until then; returns early if the client leaves. */
    void end();

    /** Breaks the connection off, so that what was sent cannot be taken for a whole answer. */
    void reset();

    /** Gives the response up after the client has left. */
    void abandon();

    /** Whether a head has gone out: then only events can follow, no status. */
    boolean started();

    boolean isGone();

    /**
     * Runs {@code task}, which may block, beside the request: on another of the workers that serve requests, or at once where
     * there are none.
     */
    default void beside(Runnable task) {
        task.run();
    }

    /** Runs {@code action} when the client leaves before the end; at once if it has left. */
    void whenGone(Runnable action);

    /** The headers as they came, in their order. Values are never logged. */
    record Headers(List<Map.Entry<String, String>> entries) {

        public Headers {
            entries = List.copyOf(entries);
        }

        /** The first value. */
        public Optional<String> first(String name) {
            for (Map.Entry<String, String> entry : entries) {
                if (entry.getKey().equalsIgnoreCase(name)) {
                    return Optional.of(entry.getValue());
                }
            }
            return Optional.empty();
        }

        /** All values of a header joined by {@code ", "} in the order they came. */
        public Optional<String> joined(String name) {
            String joined = null;
            for (Map.Entry<String, String> entry : entries) {
                if (entry.getKey().equalsIgnoreCase(name)) {
                    joined = joined == null ? entry.getValue() : joined + ", " + entry.getValue();
                }
            }
            return Optional.ofNullable(joined);
        }

        @Override
        public String toString() {
            return entries.stream().map(Map.Entry::getKey).toList().toString();
        }
    }
}
