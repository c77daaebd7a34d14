/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** An answer on its way to the client: the loop of a stream, what of it is held back, the pings, how it breaks off. */
@NullMarked
package io.caravan.client.relay;

import org.jspecify.annotations.NullMarked;
