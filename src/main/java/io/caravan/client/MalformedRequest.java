/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be read, or not in one way only. The message is for the client and repeats nothing of the
 * request; there is no stack trace, for it is no fault of the gateway's.
 */
final class MalformedRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    MalformedRequest(String reason) {
        this(reason, null);
    }

    MalformedRequest(String reason, @Nullable Throwable cause) {
        super(reason, cause, false, false);
        this.reason = reason;
    }

    /** Why it is refused. */
    String reason() {
        return reason;
    }
}
