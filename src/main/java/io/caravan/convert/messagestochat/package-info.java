/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A Messages client in front of an upstream of the chat format. */
package io.caravan.convert.messagestochat;
