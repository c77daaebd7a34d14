/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** JSON as bytes: reading, editing in place, writing. No I/O. */
@NullMarked
package io.caravan.format.json;

import org.jspecify.annotations.NullMarked;
