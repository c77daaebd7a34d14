/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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

    /**
     * What was said of a tool use of an answer; never its input.
     *
     * @param tool    the tool's name as the model gave it
     * @param verdict how it was decided
     * @param flagged whether the client is told that it must not run
     * @param rule    the name of the rule that decided; empty without one
     * @param reason  why there is no verdict; empty where there is one
     */
    record ToolVerdict(String tool, By verdict, boolean flagged, String rule, String reason) {

        /** How a tool use was decided. */
        public enum By {
            /** Allowed by a rule. */
            ALLOWED,
            /** Denied by a rule. */
            DENIED,
            /** Decided by the judge, one way or the other. */
            JUDGED,
            /** Not decided. */
            UNAVAILABLE
        }
    }

    /** Several observers as one, told in their order. */
    static CallObserver all(CallObserver... observers) {
        return new CallObservers(observers);
    }

    /** A model request has been read and is about to be routed. */
    default void accepted(Call call) {
    }

    /**
     * The backend that is to serve a call has been found.
     *
     * @param backend  its id
     * @param endpoint what it is to be asked for: a model's or an endpoint's name
     */
    default void resolved(Call call, String backend, String endpoint) {
    }

    /** A request is about to be sent to an upstream, to this path of its URL. */
    default void routed(Call call, UpstreamAnswer attempt, String path) {
    }

    /**
     * An upstream has answered with an error.
     *
     * @param failure what that means
     * @param words   its own words, without secrets; null where it has none
     */
    default void refused(Call call, UpstreamAnswer attempt, Failure failure, @Nullable String words) {
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

    /** A tool use of the answer was reviewed. Any thread. */
    default void reviewed(Call call, ToolVerdict verdict) {
    }

    /** A call was refused or failed; a cause the failure has is for the operator. */
    default void failed(Call call, Failure failure) {
    }

    /** The call is over. Told once. */
    default void completed(Call call, Outcome outcome) {
    }
}
