/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Several workspaces of one backend: which of them serves a request, and what happens when it fails. */
@NullMarked
package io.caravan.balance;

import org.jspecify.annotations.NullMarked;
