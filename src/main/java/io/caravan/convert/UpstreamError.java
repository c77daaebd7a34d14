package io.caravan.convert;

/**
 * An answer that turns out to be an error, or cannot be an answer: an error object inside a 200 or a stream, a finish
 * reason that is missing, JSON that is none. Status and type are those the client is to see (protocol 3.8), in the
 * Messages format's terms; the message holds no secret and no host.
 */
public final class UpstreamError extends RuntimeException {

    private final int status;
    private final String type;

    public UpstreamError(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }
}
