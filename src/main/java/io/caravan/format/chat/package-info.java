/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** OpenAI Chat Completions in its dialects: reading and writing what both ways of converting need. No I/O. */
@NullMarked
package io.caravan.format.chat;

import org.jspecify.annotations.NullMarked;
