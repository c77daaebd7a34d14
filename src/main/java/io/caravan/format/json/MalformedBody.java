/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

/** A body that cannot be read as what it claims to be. The message may be shown to the client. */
public final class MalformedBody extends RuntimeException {

    public MalformedBody(String message) {
        super(message, null, false, false);
    }
}
