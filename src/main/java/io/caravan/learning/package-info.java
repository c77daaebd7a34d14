/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What an upstream was found to refuse, or must not be sent: read from its words, and cut out of requests. */
@NullMarked
package io.caravan.learning;

import org.jspecify.annotations.NullMarked;
