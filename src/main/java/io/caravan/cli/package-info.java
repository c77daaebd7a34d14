/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The commands of {@code bin/caravan}. */
package io.caravan.cli;
