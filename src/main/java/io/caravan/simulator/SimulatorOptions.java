/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.time.Duration;

/**
 * How a {@link Simulator} behaves.
 *
 * @param strict       whether requests are refused as the real upstream would refuse them; without it only a body that is
 *                     no JSON object and a wrong {@code token} are refused
 * @param token        the credential that every dialect accepts, in the dialect's own form; null accepts any non-empty one
 * @param port         the port on the loopback interface, 0 for a free one
 * @param recordLimit  how many of the newest requests are kept, 0 to keep none
 * @param client       who may fetch tokens at {@code /oidc/v1/token}, {@code ID:SECRET}; null lets anybody who names both
 * @param tokenLife    how long a fetched token is accepted, wherever {@code token} is; told in whole seconds
 * @param standIn      whether it plays upstreams at whatever path they are, told by how that ends, asks for no credential, and
 *                     takes nothing a request says for an order: neither faults nor directives
 */
public record SimulatorOptions(
        boolean strict, String token, int port, int recordLimit, String client, Duration tokenLife, boolean standIn) {

    private static final Duration DEFAULT_TOKEN_LIFE = Duration.ofHours(1);

    public SimulatorOptions {
        if (recordLimit < 0) {
            throw new IllegalArgumentException("recordLimit must not be negative: " + recordLimit);
        }
    }

    public SimulatorOptions(boolean strict, String token, int port, int recordLimit) {
        this(strict, token, port, recordLimit, null, DEFAULT_TOKEN_LIFE, false);
    }

    /** Strict, any credential, a free port, the last 1000 requests kept, tokens that live an hour. */
    public static SimulatorOptions defaults() {
        return new SimulatorOptions(true, null, 0, 1000);
    }

    /** Strict, a free port, nothing kept: plays the upstreams of a gateway that rehearses. */
    public static SimulatorOptions ofStandIn() {
        return new SimulatorOptions(true, null, 0, 0, null, DEFAULT_TOKEN_LIFE, true);
    }

    public SimulatorOptions withStrict(boolean value) {
        return new SimulatorOptions(value, token, port, recordLimit, client, tokenLife, standIn);
    }

    public SimulatorOptions withToken(String value) {
        return new SimulatorOptions(strict, value, port, recordLimit, client, tokenLife, standIn);
    }

    public SimulatorOptions withPort(int value) {
        return new SimulatorOptions(strict, token, value, recordLimit, client, tokenLife, standIn);
    }

    public SimulatorOptions withRecordLimit(int value) {
        return new SimulatorOptions(strict, token, port, value, client, tokenLife, standIn);
    }

    public SimulatorOptions withClient(String value) {
        return new SimulatorOptions(strict, token, port, recordLimit, value, tokenLife, standIn);
    }

    public SimulatorOptions withTokenLife(Duration value) {
        return new SimulatorOptions(strict, token, port, recordLimit, client, value, standIn);
    }
}
