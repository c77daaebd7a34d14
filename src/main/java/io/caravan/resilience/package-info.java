/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Circuit breakers and failing over. Alone knows resilience4j. */
@NullMarked
package io.caravan.resilience;

import org.jspecify.annotations.NullMarked;
