package io.caravan.call;

import io.caravan.convert.UpstreamError;
import io.caravan.format.WireFormat;
import java.time.Duration;

/**
 * An upstream failed before anything was sent to the client. The circuit breaker counts it, unless it {@link #isBusy()},
 * another workspace may be tried if {@link #mayMoveOn()}, and another backend if {@link #mayFailOver()}.
 */
public final class UpstreamFault extends GatewayFault {

    private static final String SOON = "5";

    private final boolean busy;
    private final boolean moveOn;
    private final boolean failOver;
    private byte[] body;
    private WireFormat bodyFormat;
    private Duration asked;

    private UpstreamFault(int status, String type, String message, boolean busy, boolean moveOn, boolean failOver) {
        super(status, type, message);
        this.busy = busy;
        this.moveOn = moveOn;
        this.failOver = failOver;
    }

    /** The upstream is unreachable, broken or overloaded. */
    public static UpstreamFault unavailable(int status, String type, String message) {
        return new UpstreamFault(status, type, message, false, true, true);
    }

    /** The gateway itself could not send the request: another upstream may serve, but nothing is broken. */
    public static UpstreamFault unsent(String message) {
        return new UpstreamFault(503, "api_error", message, true, true, true);
    }

    /** The upstream took too long; it may have done, and billed, the work. */
    public static UpstreamFault timeout(String message, boolean moveOn) {
        return new UpstreamFault(504, "timeout_error", message, false, moveOn, moveOn);
    }

    /** The upstream limits this caller (429): another one may serve, but nothing is broken. */
    public static UpstreamFault busy(String message, byte[] body, WireFormat bodyFormat) {
        UpstreamFault fault = new UpstreamFault(429, "rate_limit_error", message, true, true, true);
        fault.body = body;
        fault.bodyFormat = bodyFormat;
        return fault;
    }

    /** The upstream does not accept the gateway's credential: a workspace with another one may serve (case E11). */
    public static GatewayFault locked(String message) {
        return new UpstreamFault(403, "permission_error", message, true, true, false).last();
    }

    /** What an error inside an answer means while nothing of the answer is out (rules 7 and 8). */
    public static GatewayFault of(UpstreamError error) {
        if (error.status() == 429) {
            return busy(error.getMessage(), null, null).retryAfter(SOON);
        }
        if (error.status() >= 500) {
            int status = error.status() == 529 ? 503 : error.status();
            String type = error.type().equals("overloaded_error") ? "api_error" : error.type();
            GatewayFault fault = unavailable(status, type, error.getMessage());
            return status == 503 ? fault.retryAfter(SOON) : fault;
        }
        GatewayFault refusal = new UpstreamRefusal(error.status(), error.type(), error.getMessage(), null, null);
        return error.status() == 401 || error.status() == 403 ? refusal.last() : refusal;
    }

    /** Notes how long the upstream itself asked to be left alone; null: it did not say. */
    public UpstreamFault asked(Duration wait) {
        asked = wait;
        return this;
    }

    /** How long the upstream itself asked to be left alone, or null; {@link #retryAfter} may be the gateway's. */
    public Duration asked() {
        return asked;
    }

    /** Whether nothing is broken: the upstream is no worse for it. */
    public boolean isBusy() {
        return busy;
    }

    /** Whether another workspace may serve. */
    public boolean mayMoveOn() {
        return moveOn;
    }

    /** Whether another backend may take over: not where the operator would never learn what has to be mended. */
    public boolean mayFailOver() {
        return failOver;
    }

    @Override
    public byte[] body(WireFormat format) {
        return format == bodyFormat ? body : null;
    }
}
