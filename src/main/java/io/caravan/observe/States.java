/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Backend;
import java.util.Map;
import java.util.Objects;

/** What the backends and upstreams were found to be that a page has asked. */
record States(Map<String, Backend.State> byId) {

    /** @param id of one that was asked */
    Backend.State of(String id) {
        return Objects.requireNonNull(byId.get(id), () -> id + " was not asked");
    }
}
