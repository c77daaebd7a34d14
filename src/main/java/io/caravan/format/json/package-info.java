/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** JSON as bytes: reading, editing in place, writing. No I/O. */
package io.caravan.format.json;
