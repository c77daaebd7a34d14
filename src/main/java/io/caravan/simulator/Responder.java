/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

/** A test's own answer to a request, installed by {@link Simulator#respondWith}. */
@FunctionalInterface
public interface Responder {

    /**
     * Answers the request, or leaves it to the simulator.
     *
     * <p>Called on the connection's thread and may block, on a latch for instance; several connections call it at once.
     * When it returns true with a stream unfinished or fewer bytes written than announced, the connection is closed.
     * An {@link java.io.IOException} means that the peer has gone and is not reported; any other exception closes the
     * connection and is logged.
     *
     * @return false if nothing was written and the built-in behaviour shall answer
     */
    boolean handle(RecordedRequest request, Reply reply) throws Exception;
}
