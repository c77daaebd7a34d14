package io.caravan.call;

import io.caravan.format.WireFormat;

/** An upstream judged the request (4xx): the client is to see it, and another upstream would say the same. */
public final class UpstreamRefusal extends GatewayFault {

    private final byte[] body;
    private final WireFormat bodyFormat;

    /**
     * @param body       the upstream's own error body, if a client of its format is to see it as it is; else null
     * @param bodyFormat the format of {@code body}
     */
    public UpstreamRefusal(int status, String type, String message, byte[] body, WireFormat bodyFormat) {
        super(status, type, message);
        this.body = body;
        this.bodyFormat = bodyFormat;
    }

    @Override
    public byte[] body(WireFormat format) {
        return format == bodyFormat ? body : null;
    }
}
