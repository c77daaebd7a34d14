/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What travels: one client's request with its facts, and where the other rooms meet. Imports none of them. */
@NullMarked
package io.caravan.call;

import org.jspecify.annotations.NullMarked;
