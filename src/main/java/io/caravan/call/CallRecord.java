/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of a call on its way, for the log, the meters and the answer's headers. Written by the thread that answers;
 * read by any.
 */
public final class CallRecord {

    /**
     * What went out to the client first.
     *
     * @param at as {@link System#nanoTime()}; 0 if nothing has
     */
    public record Sent(int status, long at) {

        static final Sent NOTHING = new Sent(0, 0);
    }

    /**
     * The model a client asks for: a name, and the backend where it is written before it, as in
     * {@code databricks,databricks-claude-sonnet-4} (2.5). What clients put behind a name to ask for the long context,
     * {@code [1m]}, is no part of it (2.10).
     *
     * @param backend     the backend's id, or null where the client names none
     * @param longContext whether the long context is asked for
     */
    public record ModelName(@Nullable String backend, String name, boolean longContext) {

        private static final String LONG_CONTEXT = "[1m]";

        public ModelName(@Nullable String backend, String asked) {
            this(backend, plain(asked), isLong(asked));
        }

        private static boolean isLong(String asked) {
            int length = LONG_CONTEXT.length();
            return asked.regionMatches(true, asked.length() - length, LONG_CONTEXT, 0, length);
        }

        private static String plain(String asked) {
            String name = asked;
            while (isLong(name)) {
                name = name.substring(0, name.length() - LONG_CONTEXT.length()).stripTrailing();
            }
            return name;
        }

        /**
         * Takes {@code asked} apart.
         *
         * @param backends gives the id of the backend that is written before the comma, or throws
         */
        public static ModelName of(String asked, UnaryOperator<String> backends) {
            int comma = asked.indexOf(',');
            if (comma >= 0) {
                return new ModelName(backends.apply(asked.substring(0, comma).strip()), asked.substring(comma + 1).strip());
            }
            return new ModelName(null, asked);
        }
    }

    private static final String HOP = "->";

    private volatile Sent sent = Sent.NOTHING;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> causes = new CopyOnWriteArrayList<>();
    private volatile Usage usage = Usage.UNKNOWN;
    private volatile @Nullable Failure lastFailure;

    /** The backend that was found to serve the call, by its id. */
    public Optional<String> backend() {
        return asked.stream().findFirst();
    }

    /** Notes which backend is to serve the call, by its id. */
    public void backend(String id) {
        if (asked.isEmpty()) {
            asked.add(id);
        }
    }

    /** Notes the first byte sent to the client, and its status; what comes later changes nothing. */
    public void firstByte(int status) {
        if (sent == Sent.NOTHING) {
            sent = new Sent(status, System.nanoTime());
        }
    }

    public Sent sent() {
        return sent;
    }

    /** The backends that failed and the one that took over, {@code a->b->c}; null where none did. */
    public @Nullable String failover() {
        if (asked.size() < 2) {
            return null;
        }
        return String.join(HOP, asked);
    }

    /** The backends that have been asked, of which {@code last} is the one at work. */
    public List<String> asked(String last) {
        if (asked.isEmpty()) {
            return List.of(last);
        }
        return List.copyOf(asked);
    }

    /**
     * Notes that {@code to} takes over from {@code from}.
     *
     * @param cause who failed and how, in words for the client
     */
    public void failedOver(String from, String to, String cause) {
        backend(from);
        asked.add(to);
        causes.add(cause);
    }

    /** How the backends failed from which others took over, in their order. */
    public List<String> causes() {
        return causes;
    }

    /** How the backend failed that was asked last; empty while none has. */
    public Optional<Failure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Notes how a backend has failed. */
    public void failed(Failure failure) {
        lastFailure = failure;
    }

    /** The token counts of the answer as far as they are known. */
    public Usage usage() {
        return usage;
    }

    public void usage(Usage counted) {
        usage = counted;
    }
}
