/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import java.time.Duration;

/**
 * How much the gateway takes on.
 *
 * @param maxBodyBytes the largest request body, in bytes
 * @param maxHeldBytes the bytes of request bodies held at once, in bytes
 * @param bodyTimeout  the longest wait for a request body to arrive
 * @param workers      the threads that serve requests where there are no virtual threads
 * @param learnedFor   how long a learned refusal of an upstream is remembered; zero: not at all
 * @param maxRetries   how often a request is repeated on the same upstream, at most
 * @param drain        how long open streams get to end after the gateway is told to stop
 */
public record LimitSettings(
        long maxBodyBytes,
        long maxHeldBytes,
        Duration bodyTimeout,
        int workers,
        Duration learnedFor,
        int maxRetries,
        Duration drain) {}
