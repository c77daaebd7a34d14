/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;

/** The Messages format, in which all that differs between upstreams is what they refuse. */
record MessagesDialect(String word) implements Dialect {

    @Override
    public WireFormat format() {
        return WireFormat.MESSAGES;
    }
}
