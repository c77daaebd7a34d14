/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What an operator sees: logs, metrics, health. Never fails a call, never holds a secret. */
package io.caravan.observe;
