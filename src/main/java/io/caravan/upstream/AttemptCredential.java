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
    private Map<String, String> current = Map.of();
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
            current = fetched(attempt.target().credential().headers());
        } catch (CompletionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw e;
        }
        current.forEach(attempt::header);
    }

    /** Waits for a token that others may wait for as well; a gateway that stops ends this wait alone. */
    private Map<String, String> fetched(CompletableFuture<Map<String, String>> headers) {
        if (headers.isDone()) {
            return headers.join();
        }
        CompletableFuture<Map<String, String>> own = headers.copy();
        attempt.call().life().whenStopped(() -> own.completeExceptionally(CallLife.stopping()));
        return own.join();
    }

    /** Whether there can be a new credential for the one that was refused. */
    boolean mayRenew() {
        if (renewed || attempt.isCut()) {
            return false;
        }
        return attempt.target().credential().renews();
    }

    /** As {@link #authorize}, with another credential than the one the upstream has refused. */
    void renew() {
        renewed = true;
        attempt.target().credential().refused(current);
        authorize();
    }
}
