package io.caravan.call;

/**
 * A stream failed after its head had gone out. What the client gets is an {@code error} event: {@code overloaded_error}
 * as long as no content block has begun, so that it tries the stream again (rule 9), else {@code api_error}.
 */
public final class StreamBroken extends GatewayFault {

    private final boolean insideEvent;

    /**
     * @param content     whether a content block has begun
     * @param insideEvent whether part of an event is out: then only cutting the connection is honest
     */
    public StreamBroken(String message, boolean content, boolean insideEvent) {
        super(500, content ? "api_error" : "overloaded_error", message);
        this.insideEvent = insideEvent;
    }

    public boolean insideEvent() {
        return insideEvent;
    }
}
