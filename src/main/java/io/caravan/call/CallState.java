/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.Optional;

/** How far the call is. */
sealed interface CallState {

    /** The attempt at work, or the last one there was. */
    default Optional<UpstreamAnswer> attempt() {
        return Optional.empty();
    }

    /** What gives the answer, once one has begun. */
    default Optional<CallLife.Relay> answered() {
        return Optional.empty();
    }

    /** Whether another exchange than this has the call's answer in hand. */
    default boolean isTaken(String exchangeId) {
        return false;
    }

    /** No upstream has been asked. */
    record Waiting() implements CallState {
    }

    /** An upstream is being asked, or has failed. */
    record Attempting(UpstreamAnswer at, String by) implements CallState {
        @Override
        public Optional<UpstreamAnswer> attempt() {
            return Optional.of(at);
        }

        @Override
        public boolean isTaken(String exchangeId) {
            return !at.isOver() && !by.equals(exchangeId);
        }
    }

    /** An upstream's answer has begun. */
    record Answering(UpstreamAnswer from, CallLife.Relay relay) implements CallState {
        @Override
        public Optional<UpstreamAnswer> attempt() {
            return Optional.of(from);
        }

        @Override
        public Optional<CallLife.Relay> answered() {
            return Optional.of(relay);
        }

        @Override
        public boolean isTaken(String exchangeId) {
            return !from.isCut();
        }
    }

    /** The client has all it will get. */
    record Over(Optional<UpstreamAnswer> attempt) implements CallState {
        @Override
        public boolean isTaken(String exchangeId) {
            return true;
        }
    }
}
