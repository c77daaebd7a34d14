package io.caravan.call;

/**
 * An upstream failed before anything was sent to the client. The circuit breaker counts it, unless it {@link #isBusy()},
 * and its fallback may try another upstream if {@link #mayMoveOn()}.
 */
public final class UpstreamFault extends GatewayFault {

    private final boolean busy;
    private final boolean moveOn;
    private byte[] body;

    private UpstreamFault(int status, String type, String message, boolean busy, boolean moveOn) {
        super(status, type, message);
        this.busy = busy;
        this.moveOn = moveOn;
    }

    /** The upstream is unreachable, broken or overloaded. */
    public static UpstreamFault unavailable(int status, String type, String message) {
        return new UpstreamFault(status, type, message, false, true);
    }

    /** The upstream took too long; it may have done, and billed, the work. */
    public static UpstreamFault timeout(String message, boolean moveOn) {
        return new UpstreamFault(504, "timeout_error", message, false, moveOn);
    }

    /** The upstream limits this caller (429): another one may serve, but nothing is broken. */
    public static UpstreamFault busy(String message, byte[] body) {
        UpstreamFault fault = new UpstreamFault(429, "rate_limit_error", message, true, true);
        fault.body = body;
        return fault;
    }

    public boolean isBusy() {
        return busy;
    }

    public boolean mayMoveOn() {
        return moveOn;
    }

    @Override
    public byte[] body() {
        return body;
    }
}
