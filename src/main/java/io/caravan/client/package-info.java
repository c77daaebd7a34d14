/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Towards the client: accept a request, check its key, read its body, write the answer. Alone knows Vert.x. */
@NullMarked
package io.caravan.client;

import org.jspecify.annotations.NullMarked;
