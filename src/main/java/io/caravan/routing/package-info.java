/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** From the model a client asks for to the model an upstream is sent: the table of {@code models.yaml}. */
@NullMarked
package io.caravan.routing;

import org.jspecify.annotations.NullMarked;
