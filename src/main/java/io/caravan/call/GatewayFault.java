package io.caravan.call;

import io.caravan.format.WireFormat;

/**
 * A request that ends in an error, with all the client is to be told. Carries no stack trace: it is an answer, not a
 * defect.
 */
public class GatewayFault extends RuntimeException {

    private final int status;
    private final String type;
    private String retryAfter;
    private String shouldRetry;

    /**
     * @param status  the HTTP status for the client
     * @param type    the error type of the Messages format
     * @param message for the client; holds no secret and no host
     */
    public GatewayFault(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
    }

    /** Sets {@code retry-after}, in whole seconds; null leaves it out. */
    public final GatewayFault retryAfter(String seconds) {
        retryAfter = seconds;
        return this;
    }

    /** Sets {@code x-should-retry}; null leaves it out. */
    public final GatewayFault shouldRetry(String value) {
        shouldRetry = value;
        return this;
    }

    /** A fault that trying again cannot mend: {@code x-should-retry: false}. */
    public final GatewayFault last() {
        return shouldRetry("false");
    }

    public final int status() {
        return status;
    }

    public final String type() {
        return type;
    }

    public final String retryAfter() {
        return retryAfter;
    }

    public final String shouldRetry() {
        return shouldRetry;
    }

    /** The exact body for a client of {@code format}, or null to write one from type and message. */
    public byte[] body(WireFormat format) {
        return null;
    }
}
