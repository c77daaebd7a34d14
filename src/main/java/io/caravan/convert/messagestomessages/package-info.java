/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A Messages client in front of a Messages upstream: the byte lane. */
@NullMarked
package io.caravan.convert.messagestomessages;

import org.jspecify.annotations.NullMarked;
