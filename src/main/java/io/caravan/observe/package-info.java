/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What an operator sees: logs, metrics, health. Never fails a call, never holds a secret. {@link ObserveSteps} is its
 * door, {@link Logging} sets the log up.
 */
@NullMarked
package io.caravan.observe;

import org.jspecify.annotations.NullMarked;
