/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Reads and checks every setting once, at start, and hands the result on as records.
 *
 * <p>{@link io.caravan.settings.GatewaySettings#read} is the one way in. What belongs to the process is here; what
 * belongs to an upstream is the provider's ({@code io.caravan.provider}), and how a value is read is in
 * {@code io.caravan.settings.value}. This package knows these two and no other package of Caravan.
 */
@NullMarked
package io.caravan.settings;

import org.jspecify.annotations.NullMarked;
