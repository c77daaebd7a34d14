/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The commands of {@code bin/caravan}. */
@NullMarked
package io.caravan.cli;

import org.jspecify.annotations.NullMarked;
