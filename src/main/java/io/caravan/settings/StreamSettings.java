/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import java.time.Duration;

/**
 * The times of a streamed answer.
 *
 * @param connectTimeout the longest wait for a connection to an upstream
 * @param silence        the longest silence of an upstream inside a stream
 * @param pingInterval   how long the client hears nothing before it is sent a ping
 * @param commitAfter    how long the start of an answer is held back, so that another upstream can still take over
 * @param firstContent   the longest wait for the first content of a stream, or for an answer that is none, from the request's
 *                       arrival
 * @param retryOnTimeout whether a request whose response head came too late moves on, though it may be billed twice
 */
public record StreamSettings(
        Duration connectTimeout,
        Duration silence,
        Duration pingInterval,
        Duration commitAfter,
        Duration firstContent,
        boolean retryOnTimeout) {}
