/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

/**
 * A request that cannot be read, or not in one way only. The message is for the client and repeats nothing of the
 * request; there is no stack trace, for it is no fault of the gateway's.
 */
final class MalformedRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedRequest(String message) {
        this(message, null);
    }

    MalformedRequest(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
