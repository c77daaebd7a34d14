/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Server-sent events: where one ends, and what it is called. */
package io.caravan.format.sse;
