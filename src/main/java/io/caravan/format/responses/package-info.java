/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** OpenAI's Responses format, read. */
@NullMarked
package io.caravan.format.responses;

import org.jspecify.annotations.NullMarked;
