package io.caravan.call;

import io.caravan.convert.UpstreamError;

/**
 * A stream failed after its head had gone out. What the client gets is an {@code error} event: {@code overloaded_error}
 * as long as no content block has begun, so that it tries the stream again (rule 9), else {@code api_error}.
 */
public final class StreamBroken extends GatewayFault {

    private final boolean insideEvent;
    private final boolean told;

    /**
     * An error the upstream sent into its stream.
     *
     * @param content     whether a content block has begun
     * @param insideEvent as in the constructor
     */
    public static StreamBroken by(UpstreamError error, boolean content, boolean insideEvent) {
        boolean transientError = error.status() >= 500 || error.status() == 429;
        String type = !content && transientError ? "overloaded_error" : error.type();
        return new StreamBroken(error.status(), type, error.getMessage(), insideEvent, false);
    }

    /** An error the upstream sent into its stream and the client has got already. */
    public static StreamBroken toldBy(UpstreamError error) {
        return new StreamBroken(error.status(), error.type(), error.getMessage(), false, true);
    }

    private StreamBroken(int status, String type, String message, boolean insideEvent, boolean told) {
        super(status, type, message);
        this.insideEvent = insideEvent;
        this.told = told;
    }

    /**
     * @param content     whether a content block has begun
     * @param insideEvent whether part of an event is out: then only cutting the connection is honest
     */
    public StreamBroken(String message, boolean content, boolean insideEvent) {
        this(500, content ? "api_error" : "overloaded_error", message, insideEvent, false);
    }

    /** Whether the client has the error already. */
    public boolean told() {
        return told;
    }

    public boolean insideEvent() {
        return insideEvent;
    }
}
