/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;

/** Gives the answer of an upstream to the client. Made where the answer begins, run to its end where it is written. */
public interface AnswerRelay {

    /**
     * Gives all of the answer and ends the client's response; blocks until then.
     *
     * @throws Failure if the upstream fails, or the client leaves
     */
    void run();

    /**
     * Tells a client whose response has begun of a failure, as its format allows, and ends the response: with an error
     * event, or by breaking the connection off where part of an event is out. Does nothing where the client knows already.
     */
    void breakOff(Failure failure);
}
