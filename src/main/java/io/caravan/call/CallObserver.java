package io.caravan.call;

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

    /** A model request has been read and is about to be routed. */
    default void accepted(GatewayCall call) {
    }

    /** A request is about to be sent to an upstream. */
    default void routed(GatewayCall call, Target target, String endpoint) {
    }

    /** An upstream failed and is asked again after a wait. */
    default void retried(GatewayCall call, String upstream, Duration wait, Throwable cause) {
    }

    /** A workspace failed and another one is asked. */
    default void movedOn(GatewayCall call, String from, String to, Throwable cause) {
    }

    /** A backend failed and another takes over. */
    default void failedOver(GatewayCall call, String from, String to, Throwable cause) {
    }

    /** A call was refused or failed; {@code detail} is for the operator, without secrets. */
    default void faulted(GatewayCall call, GatewayFault fault, String detail) {
    }

    /** The call is over. Told once. */
    default void completed(GatewayCall call, Outcome outcome) {
    }
}
