/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a failure means: whose fault it is, what the client is told, and what the gateway does about it. */
@NullMarked
package io.caravan.failure;

import org.jspecify.annotations.NullMarked;
