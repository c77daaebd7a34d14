package io.caravan.call;

/** An upstream judged the request (4xx): the client is to see it, and another upstream would say the same. */
public final class UpstreamRefusal extends GatewayFault {

    private final byte[] body;

    /** @param body the upstream's own error body, if it is one of the Messages format; else null */
    public UpstreamRefusal(int status, String type, String message, byte[] body) {
        super(status, type, message);
        this.body = body;
    }

    @Override
    public byte[] body() {
        return body;
    }
}
