/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** From the format a client speaks to the one its upstream speaks, and back: one package a pair. No I/O, no Camel. */
@NullMarked
package io.caravan.convert;

import org.jspecify.annotations.NullMarked;
