/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.CallLife;
import io.caravan.failure.Failure;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The credential one attempt goes out with; an OAuth token that is refused is renewed once (case E12). One thread. */
final class AttemptCredential {

    private final Attempt attempt;
    private Map.Entry<String, String> current;
    private boolean renewed;

    AttemptCredential(Attempt attempt) {
        this.attempt = attempt;
    }

    /**
     * Adds the upstream's credential to the request, the one that counts now. Blocks where a token must be fetched.
     *
     * @throws Failure if there is none to be had
     */
    void authorize() {
        try {
            CompletableFuture<Map.Entry<String, String>> header = attempt.target().credential().header();
            current = header.isDone() ? header.join() : fetched(header);
        } catch (CompletionException e) {
            throw e.getCause() instanceof Failure fault ? fault : e;
        }
        attempt.header(current.getKey(), current.getValue());
    }

    /** Waits for a token that others may wait for as well; a gateway that stops ends this wait alone. */
    private Map.Entry<String, String> fetched(CompletableFuture<Map.Entry<String, String>> header) {
        CompletableFuture<Map.Entry<String, String>> own = header.copy();
        attempt.call().life().whenStopped(() -> own.completeExceptionally(CallLife.stopping()));
        return own.join();
    }

    /** Whether there can be a new credential for the one that was refused. */
    boolean mayRenew() {
        return attempt.target().credential().renews() && !renewed && !attempt.isCut();
    }

    /** As {@link #authorize}, with another credential than the one the upstream has refused. */
    void renew() {
        renewed = true;
        attempt.target().credential().refused(current);
        authorize();
    }
}
