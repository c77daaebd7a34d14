/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The Anthropic Messages format: request, answer, stream events and errors. */
package io.caravan.format.messages;
