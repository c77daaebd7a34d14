/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** How a setting's value is found, read as a type, and refused in words that help. Knows no other package of Caravan. */
@NullMarked
package io.caravan.settings.value;

import org.jspecify.annotations.NullMarked;
