/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.Call;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.CallObserver.ToolVerdict;
import io.caravan.call.UpstreamAnswer;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The meters. Tags come from closed lists, backends, outcomes and error types; a client cannot add a
 * series.
 */
final class GatewayMetrics {

    /** As many names of what was left out as the meters tell apart; the upstream's words may bring any. */
    private static final int MOST_DROPPED = 100;

    private final MeterRegistry registry;
    private final AtomicInteger open;
    private final AtomicInteger openCopies;
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    GatewayMetrics(MeterRegistry registry, LongSupplier heldBodyBytes) {
        this.registry = registry;
        this.open = registry.gauge("caravan.calls.open", new AtomicInteger());
        this.openCopies = registry.gauge("caravan.shadow.open", new AtomicInteger());
        Gauge.builder("caravan.body.bytes.held", heldBodyBytes, LongSupplier::getAsLong)
                .description("Request bodies in memory").strongReference(true).register(registry);
    }

    /**
     * Shows how many of something there are.
     *
     * @param tags names and values in turn, from closed lists
     */
    void gauge(String name, String description, IntSupplier count, String... tags) {
        Gauge.builder(name, count, IntSupplier::getAsInt).description(description).tags(tags).strongReference(true)
                .register(registry);
    }

    /** Shows nothing more of what has this tag. */
    void forget(String tag, String value) {
        registry.getMeters().stream().filter(meter -> value.equals(meter.getId().getTag(tag))).toList()
                .forEach(registry::remove);
    }

    void opened(Call call) {
        openOf(call).incrementAndGet();
    }

    private AtomicInteger openOf(Call call) {
        return call.isCopy() ? openCopies : open;
    }

    void failedOver(String from, String to) {
        counters.computeIfAbsent("failover " + from + to, key -> Counter.builder("caravan.failovers")
                .description("Requests another backend took over").tag("from", from).tag("to", to)
                .register(registry)).increment();
    }

    void reviewed(ToolVerdict.By verdict) {
        counters.computeIfAbsent("review " + verdict, key -> Counter.builder("caravan.tool.reviews")
                .description("Tool uses of answers that were reviewed for clients in auto mode")
                .tag("verdict", verdict.name().toLowerCase(Locale.ROOT)).register(registry)).increment();
    }

    void retried(Call call) {
        counters.computeIfAbsent("retry " + backend(call), key -> Counter.builder("caravan.retries")
                .description("Requests sent again to an upstream that failed").tag("backend", backend(call))
                .register(registry)).increment();
    }

    void failed(Call call, Failure failure) {
        if (call.isCopy()) {
            return;
        }
        String kind = failure.label();
        counters.computeIfAbsent("error " + backend(call) + failure.status() + kind, key ->
                Counter.builder("caravan.errors").description("Requests answered with an error, by kind")
                        .tag("backend", backend(call)).tag("type", kind)
                        .tag("status", Integer.toString(failure.status())).register(registry)).increment();
    }

    void completed(Call call, Outcome outcome) {
        if (call.isCopy()) {
            countCopy(call, outcome);
        } else {
            count(call, outcome);
        }
        openOf(call).decrementAndGet();
    }

    /** Of copies of calls, those that have asked an upstream. */
    private void countCopy(Call call, Outcome outcome) {
        if (call.life().attempt().isEmpty()) {
            return;
        }
        String backend = backend(call);
        counters.computeIfAbsent("shadow " + backend + outcome, key -> Counter.builder("caravan.shadow.requests")
                .description("Copies of model requests that ended").tag("backend", backend)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT)).register(registry)).increment();
        tokens("caravan.shadow.tokens", backend, call.record().usage());
    }

    private void count(Call call, Outcome outcome) {
        String backend = backend(call);
        counters.computeIfAbsent(backend + outcome, key -> Counter.builder("caravan.requests")
                .description("Model requests that ended").tag("backend", backend)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT)).register(registry)).increment();
        tokens("caravan.tokens", backend, call.record().usage());
        call.life().attempt().ifPresent(attempt -> {
            attempt.dropped().forEach(what -> dropped(backend, what));
            if (call.record().sent().at() != 0 && attempt.answeredAt() != 0) {
                times(call, attempt, backend);
            }
        });
    }

    private void tokens(String meter, String backend, Usage usage) {
        tokens(meter, backend, "input", usage.input());
        tokens(meter, backend, "output", usage.output());
        tokens(meter, backend, "cache_read", usage.cacheRead());
        tokens(meter, backend, "cache_write", usage.cacheWrite());
    }

    private void tokens(String meter, String backend, String kind, long count) {
        if (count > 0) {
            counters.computeIfAbsent(meter + backend + kind, key -> Counter.builder(meter)
                    .description("Tokens of answers, as the upstreams counted them").tag("backend", backend)
                    .tag("kind", kind).register(registry)).increment(count);
        }
    }

    private void times(Call call, UpstreamAnswer attempt, String backend) {
        long firstByteAt = call.record().sent().at();
        timer("caravan.first.byte", "From the request's arrival to the first byte of its answer", backend)
                .record(firstByteAt - call.receivedAt(), TimeUnit.NANOSECONDS);
        long added = attempt.sentAt() - call.receivedAt() + firstByteAt - attempt.answeredAt();
        timer("caravan.added.latency", "What the gateway adds to the upstream's own time to the first byte", backend)
                .record(Math.max(0, added), TimeUnit.NANOSECONDS);
    }

    private void dropped(String backend, String what) {
        String label = "other";
        if (dropped.contains(what)) {
            label = what;
        } else if (dropped.size() < MOST_DROPPED) {
            dropped.add(what);
            label = what;
        }
        String shown = label;
        counters.computeIfAbsent("dropped " + backend + shown, key -> Counter.builder("caravan.dropped")
                .description("What of a request was not sent because the upstream has no word for it")
                .tag("backend", backend).tag("what", shown).register(registry)).increment();
    }

    private Timer timer(String name, String description, String backend) {
        return timers.computeIfAbsent(name + backend, key -> Timer.builder(name).description(description)
                .tag("backend", backend)
                .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(20),
                        Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(10),
                        Duration.ofSeconds(60))
                .register(registry));
    }

    private static String backend(Call call) {
        return call.life().attempt().map(UpstreamAnswer::backend).orElse("none");
    }
}
