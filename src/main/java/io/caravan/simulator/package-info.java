/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Simulated upstreams: one small HTTP/1.1 server on the loopback interface that speaks every dialect the gateway knows,
 * answers deterministically from the request alone, refuses what the real upstreams refuse, and breaks on request.
 *
 * <p>{@link io.caravan.simulator.Simulator} is the way in. What an answer says is written in the prompt
 * ({@link io.caravan.simulator.Script}); how it goes wrong is written in the model's name or in the header
 * {@code x-simulate} ({@link io.caravan.simulator.Faults}); a test that wants to hold the pen itself installs a
 * {@link io.caravan.simulator.Responder}.
 *
 * <p>Each connection has one thread, which reads a request, answers it and goes on to the next. Nothing here is meant
 * to be reachable from another machine.
 */
package io.caravan.simulator;
