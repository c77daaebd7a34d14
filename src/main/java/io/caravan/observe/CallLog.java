package io.caravan.observe;

import io.caravan.call.CallObserver;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.Target;
import io.caravan.call.UpstreamAnswer;
import io.caravan.format.Usage;
import java.time.Duration;
import java.util.Locale;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;

/** Writes the log of calls (ledger 7.1, 7.2) and feeds the meters. Each line bears the call's correlation id. */
public final class CallLog implements CallObserver {

    private static final Logger LOG = LogManager.getLogger("io.caravan");
    static final String CORRELATION = "correlation_id";

    private final GatewayMetrics metrics;

    public CallLog(GatewayMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void accepted(GatewayCall call) {
        metrics.opened();
        ThreadContext.put(CORRELATION, call.correlationId());
        if (LOG.isInfoEnabled()) {
            LOG.info(event("Processing message request", call)
                    .field("model", call.request().model())
                    .field("stream", call.request().stream())
                    .field("bytes", call.request().body().length));
        }
    }

    @Override
    public void routed(GatewayCall call, Target target, String endpoint) {
        if (LOG.isInfoEnabled()) {
            LOG.info(event("Backend routing", call)
                    .field("backend", target.backend())
                    .field("model", call.request().model())
                    .field("upstream_model", target.model())
                    .field("endpoint", endpoint));
        }
    }

    @Override
    public void retried(GatewayCall call, String upstream, Duration wait, Throwable cause) {
        metrics.retried(call);
        LOG.warn(event("retry", call).field("upstream", upstream).field("wait_ms", wait.toMillis())
                .field("cause", cause.getMessage()));
    }

    @Override
    public void movedOn(GatewayCall call, String from, String to, Throwable cause) {
        LOG.warn(event("move on", call).field("from", from).field("to", to).field("cause", cause.getMessage()));
    }

    @Override
    public void failedOver(GatewayCall call, String from, String to, Throwable cause) {
        metrics.failedOver(from, to);
        LOG.warn(event("failover", call).field("from", from).field("to", to).field("cause", cause.getMessage()));
    }

    @Override
    public void faulted(GatewayCall call, GatewayFault fault, String detail) {
        metrics.faulted(call, fault);
        if (fault.status() >= 500 && LOG.isWarnEnabled()) {
            LOG.warn(fault(call, fault, detail));
        } else if (LOG.isInfoEnabled()) {
            LOG.info(fault(call, fault, detail));
        }
    }

    private static EventMessage fault(GatewayCall call, GatewayFault fault, String detail) {
        return event("request failed", call)
                .field("path", call.path())
                .field("status", fault.status())
                .field("error_type", fault.type())
                .field("error", fault.getMessage())
                .field("detail", detail);
    }

    @Override
    public void completed(GatewayCall call, Outcome outcome) {
        long now = System.nanoTime();
        metrics.completed(call, outcome);
        if (LOG.isInfoEnabled()) {
            LOG.info(completion(call, outcome, now));
        }
        ThreadContext.remove(CORRELATION);
    }

    private static EventMessage completion(GatewayCall call, Outcome outcome, long now) {
        Usage usage = call.usage();
        Target target = call.target();
        UpstreamAnswer answer = call.answer();
        return event(outcome == Outcome.ANSWERED ? "message completed" : "message ended early", call)
                .field("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .field("status", call.status())
                .field("backend", target == null ? null : target.backend())
                .field("workspace", workspace(target, answer))
                .field("model", call.request().model())
                .field("upstream_model", target == null ? null : target.model())
                .field("endpoint", call.path())
                .field("request_id", call.requestId())
                .field("stream", call.request().stream())
                .field("duration_ms", millis(now - call.receivedAt()))
                .field("first_byte_ms", call.firstByteAt() == 0 ? null : millis(call.firstByteAt() - call.receivedAt()))
                .field("upstream_ms", answer == null || answer.answeredAt() == 0 ? null
                        : millis(answer.answeredAt() - answer.sentAt()))
                .field("input_tokens", usage.input())
                .field("output_tokens", usage.output())
                .field("cache_read_tokens", usage.cacheRead())
                .field("cache_write_tokens", usage.cacheWrite())
                .field("total_tokens", usage.total())
                .field("dropped", answer == null || answer.dropped().isEmpty() ? null : String.join(", ", answer.dropped()))
                .field("failover", call.failover());
    }

    /** The name of the workspace, where a file lists them; else null. */
    private static String workspace(Target target, UpstreamAnswer answer) {
        return target == null || answer == null || answer.backend().equals(target.backend()) ? null : answer.backend();
    }

    private static EventMessage event(String text, GatewayCall call) {
        boolean inContext = ThreadContext.containsKey(CORRELATION);
        return new EventMessage(text).field(CORRELATION, inContext ? null : call.correlationId());
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
