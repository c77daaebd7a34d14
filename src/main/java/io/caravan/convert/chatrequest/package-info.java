/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Requests as a chat upstream takes them, written from those of a client of either format. */
@NullMarked
package io.caravan.convert.chatrequest;

import org.jspecify.annotations.NullMarked;
