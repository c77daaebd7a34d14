/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A Messages client in front of an upstream of the chat format. */
@NullMarked
package io.caravan.convert.messagestochat;

import org.jspecify.annotations.NullMarked;
