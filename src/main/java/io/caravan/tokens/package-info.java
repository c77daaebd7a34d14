/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Input tokens estimated without asking anybody: a tokenizer of the same kind, measured factors, and what real answers
 * teach. See docs/token-counts.md. {@link TokenCounts} is its door.
 */
@NullMarked
package io.caravan.tokens;

import org.jspecify.annotations.NullMarked;
