/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** From OpenAI's Responses format to Messages, and back. */
@NullMarked
package io.caravan.convert.responsestomessages;

import org.jspecify.annotations.NullMarked;
