/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What both wire formats share: the facts of a request to a model, token counts, what is known of a model. No I/O. */
@NullMarked
package io.caravan.format;

import org.jspecify.annotations.NullMarked;
