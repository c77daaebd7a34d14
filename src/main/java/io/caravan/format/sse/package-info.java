/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Server-sent events: where one ends, and what it is called. */
@NullMarked
package io.caravan.format.sse;

import org.jspecify.annotations.NullMarked;
