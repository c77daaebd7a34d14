/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Whether a tool use may run: what the operator's rules in {@code tool-review.yaml} say of it. */
@NullMarked
package io.caravan.review;

import org.jspecify.annotations.NullMarked;
