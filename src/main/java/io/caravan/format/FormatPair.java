/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

/** The formats of a client and of the upstream that serves it. */
public record FormatPair(WireFormat client, WireFormat upstream) {

    /** Whether both speak the same. */
    public boolean isOne() {
        return client == upstream;
    }
}
