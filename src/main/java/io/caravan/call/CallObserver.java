/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import java.time.Duration;

/** Is told what happens to calls; the logs and meters behind it never fail a call. Any thread. */
public interface CallObserver {

    /** How a call ended. */
    enum Outcome {
        /** Answered with what the upstream said, all of it. */
        ANSWERED,
        /** Answered with an error before any content. */
        FAILED,
        /** Broken off in the middle of a stream. */
        BROKEN,
        /** The client left first. */
        ABANDONED
    }

    /** Several observers as one, told in their order. */
    static CallObserver all(CallObserver... observers) {
        return new CallObservers(observers);
    }

    /** A model request has been read and is about to be routed. */
    default void accepted(Call call) {
    }

    /** A request is about to be sent to an upstream. */
    default void routed(Call call, UpstreamAnswer attempt, String endpoint) {
    }

    /** An upstream failed and is asked again after a wait. */
    default void retried(Call call, String upstream, Duration wait, Failure cause) {
    }

    /** A workspace failed and another one is asked. */
    default void movedOn(Call call, String from, String to, Failure cause) {
    }

    /** A backend failed and another takes over. */
    default void failedOver(Call call, String from, String to, Failure cause) {
    }

    /** A call was refused or failed; a cause the failure has is for the operator. */
    default void failed(Call call, Failure failure) {
    }

    /** The call is over. Told once. */
    default void completed(Call call, Outcome outcome) {
    }
}
