/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** An OpenAI chat client in front of an upstream of the Messages format. */
@NullMarked
package io.caravan.convert.chattomessages;

import org.jspecify.annotations.NullMarked;
