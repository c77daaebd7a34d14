/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.UpstreamAnswer;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;
import org.jspecify.annotations.Nullable;

/** Writes the log of calls and feeds the meters. Each line bears the call's correlation id. */
final class CallLog implements CallObserver {

    private static final Logger LOG = LogManager.getLogger("io.caravan");
    static final String CORRELATION = "correlation_id";

    private final GatewayMetrics metrics;
    private volatile Map<String, LogNames> names;

    /** @param names of all upstreams and backends, by their ids */
    CallLog(GatewayMetrics metrics, Map<String, LogNames> names) {
        this.metrics = metrics;
        this.names = names;
    }

    /** Upstreams and backends have these names too from now on; those that are gone keep theirs for calls under way. */
    void know(Map<String, LogNames> more) {
        Map<String, LogNames> all = new HashMap<>(names);
        all.putAll(more);
        names = all;
    }

    @Override
    public void accepted(Call call) {
        metrics.opened(call);
        if (!call.isCopy()) {
            ThreadContext.put(CORRELATION, call.correlationId());
        }
    }

    @Override
    public void resolved(Call call, String backend, String endpoint) {
        processing(call, endpoint);
    }

    /** The first line of a call; one that no backend was found for has it where that shows. */
    private void processing(Call call, @Nullable String endpoint) {
        if (LOG.isInfoEnabled()) {
            LOG.info(line("Processing message request", call)
                    .field("model", call.request().model())
                    .field("endpoint", endpoint)
                    .field("path", call.path())
                    .field("stream", call.request().stream())
                    .field("bytes", call.request().body().length));
        }
    }

    @Override
    public void routed(Call call, UpstreamAnswer attempt, String path) {
        if (call.record().backend().isEmpty()) {
            call.record().backend(attempt.backend());
            processing(call, attempt.model());
        }
        if (LOG.isInfoEnabled()) {
            LOG.info(line("Backend routing", call)
                    .field("model", call.request().model())
                    .field("endpoint", attempt.model())
                    .field("upstream_model", attempt.model())
                    .field("path", path));
        }
    }

    @Override
    public void refused(Call call, UpstreamAnswer attempt, Failure failure, @Nullable String words) {
        Level level = failure.isTheClients() ? Level.INFO : Level.WARN;
        LOG.log(level, () -> line("upstream refused", call)
                .field("endpoint", attempt.model())
                .field("host", names(call).map(LogNames::host).orElse(null))
                .field("upstream_status", attempt.status())
                .field("error_kind", failure.label())
                .field("error", words));
    }

    @Override
    public void retried(Call call, String upstream, Duration wait, Failure cause) {
        metrics.retried(call);
        LOG.warn(line("retry", call).field("upstream", upstream).field("wait_ms", wait.toMillis())
                .field("cause", cause.getMessage()));
    }

    @Override
    public void movedOn(Call call, String from, String to, Failure cause) {
        LOG.warn(line("move on", call).field("from", from).field("to", to).field("cause", cause.getMessage()));
    }

    @Override
    public void failedOver(Call call, String from, String to, Failure cause) {
        metrics.failedOver(from, to);
        LOG.warn(line("failover", call).field("from", from).field("to", to).field("cause", cause.getMessage()));
    }

    @Override
    public void reviewed(Call call, ToolVerdict verdict) {
        metrics.reviewed(verdict.verdict());
        if (LOG.isInfoEnabled()) {
            LOG.info(line("tool reviewed", call)
                    .field("tool", verdict.tool())
                    .field("verdict", verdict.verdict().name().toLowerCase(Locale.ROOT))
                    .field("flagged", verdict.flagged())
                    .field("rule", nonEmpty(verdict.rule()))
                    .field("reason", nonEmpty(verdict.reason())));
        }
    }

    private static @Nullable String nonEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    @Override
    public void failed(Call call, Failure failure) {
        metrics.failed(call, failure);
        if (call.hasRequest() && call.record().backend().isEmpty()) {
            processing(call, null);
        }
        if (failure.isServerError()) {
            LOG.warn(() -> failure(call, failure));
        } else {
            LOG.info(() -> failure(call, failure));
        }
    }

    private EventMessage failure(Call call, Failure failure) {
        return line("request failed", call)
                .field("endpoint", call.life().attempt().map(UpstreamAnswer::model).orElse(null))
                .field("host", names(call).map(LogNames::host).orElse(null))
                .field("path", call.path())
                .field("status", failure.status())
                .field("error_kind", failure.label())
                .field("error_type", failure.type())
                .field("error", failure.getMessage())
                .field("detail", failure.getCause());
    }

    @Override
    public void completed(Call call, Outcome outcome) {
        long now = System.nanoTime();
        metrics.completed(call, outcome);
        boolean isCall = !call.isCopy() || call.life().attempt().isPresent();
        if (isCall && LOG.isInfoEnabled()) {
            LOG.info(completion(call, outcome, now));
        }
        if (!call.isCopy()) {
            ThreadContext.remove(CORRELATION);
        }
    }

    private EventMessage completion(Call call, Outcome outcome, long now) {
        EventMessage line = line(outcome == Outcome.ANSWERED ? "message completed" : "message ended early", call)
                .field("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .field("status", call.record().sent().status())
                .field("model", call.request().model());
        call.life().attempt().ifPresent(attempt ->
                line.field("endpoint", attempt.model()).field("upstream_model", attempt.model()));
        line.field("path", call.path())
                .field("request_id", call.requestId())
                .field("stream", call.request().stream())
                .field("duration_ms", millis(now - call.receivedAt()));
        long firstByteAt = call.record().sent().at();
        if (firstByteAt != 0) {
            line.field("first_byte_ms", millis(firstByteAt - call.receivedAt()));
        }
        call.life().attempt().filter(attempt -> attempt.answeredAt() != 0)
                .ifPresent(attempt -> line.field("upstream_ms", millis(attempt.answeredAt() - attempt.sentAt())));
        return tokens(line, call.record().usage())
                .field("dropped", call.life().attempt().flatMap(CallLog::dropped).orElse(null))
                .field("failover", call.record().failover());
    }

    private static EventMessage tokens(EventMessage line, Usage usage) {
        return line.field("input_tokens", usage.input())
                .field("output_tokens", usage.output())
                .field("cache_read_tokens", usage.cacheRead())
                .field("cache_write_tokens", usage.cacheWrite())
                .field("total_tokens", usage.total());
    }

    /** A line about a call, with whom it is or was asked, as far as that is known. */
    private EventMessage line(String text, Call call) {
        EventMessage line = event(text, call);
        names(call).ifPresent(known -> known.addTo(line));
        return line;
    }

    private Optional<LogNames> names(Call call) {
        return call.life().attempt().map(UpstreamAnswer::upstream).or(() -> call.record().backend())
                .map(id -> names.get(id));
    }

    private static Optional<String> dropped(UpstreamAnswer attempt) {
        return Optional.of(String.join(", ", attempt.dropped())).filter(names -> !names.isEmpty());
    }

    private static EventMessage event(String text, Call call) {
        EventMessage event = new EventMessage(text);
        if (!ThreadContext.containsKey(CORRELATION)) {
            event.field(CORRELATION, call.correlationId());
        }
        if (call.isCopy()) {
            event.field("shadow", true);
        }
        return event;
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
