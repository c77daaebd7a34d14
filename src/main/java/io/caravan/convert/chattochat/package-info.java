/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** An OpenAI chat client in front of an upstream of the chat format. */
@NullMarked
package io.caravan.convert.chattochat;

import org.jspecify.annotations.NullMarked;
