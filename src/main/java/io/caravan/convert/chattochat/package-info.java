/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** An OpenAI chat client in front of an upstream of the chat format. */
package io.caravan.convert.chattochat;
