/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The Anthropic Messages format: request, answer, stream events and errors. */
@NullMarked
package io.caravan.format.messages;

import org.jspecify.annotations.NullMarked;
