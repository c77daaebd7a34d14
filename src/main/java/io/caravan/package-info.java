/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Starts a gateway: makes the beans of all rooms, and loads the routes that put them in order. */
@NullMarked
package io.caravan;

import org.jspecify.annotations.NullMarked;
