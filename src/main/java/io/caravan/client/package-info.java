/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Towards the client: accept a request, check its key, read its body, write the answer. Alone knows Vert.x. */
package io.caravan.client;
