/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.Rehearsed.Seen;
import io.caravan.RouteFiles.Page;
import io.caravan.client.ClientSteps;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.Secret;
import io.caravan.simulator.Simulator;
import io.caravan.simulator.SimulatorOptions;
import io.caravan.tokens.TokenCounts;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the newest requests once more, by the pages that serve and by others that are to, and tells what differs; no upstream
 * learns of it, and nothing of a request is told. One at a time, in a few seconds at most. Any thread.
 */
final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    /** The bean by which a page asks for one. */
    static final String STEP = "rehearseRoutes";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration TURN = Duration.ofSeconds(15);

    /** What the gateway that serves has for it. */
    record House(GatewaySettings settings, ClientSteps client, TokenCounts counts, ClassLoader classes) {
    }

    private record Edit(Map<String, Page> before, Map<String, Page> after) {
    }

    private final House house;
    private final AtomicReference<Edit> edit = new AtomicReference<>();
    /** Its one thread is none of those that serve requests. */
    private final ExecutorService turns = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
        Thread thread = new Thread(task, "caravan-rehearsal");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    });

    Rehearsal(House house) {
        this.house = house;
    }

    /** What is told where no requests are kept. */
    static Failure off() {
        return Failure.of(Kind.NOT_CONFIGURED, "PROXY_REHEARSE is not set: no requests are kept that could be rehearsed.");
    }

    private boolean isOn() {
        return house.settings().rehearse() > 0;
    }

    /** Pages were edited: they are rehearsed beside what goes on, and the log tells what differs. Returns at once. */
    void edited(Map<String, Page> before, Map<String, Page> after) {
        if (isOn()) {
            edit.accumulateAndGet(new Edit(before, after), (waiting, last) -> waiting == null ? last : new Edit(waiting.before(), last.after()));
            turns.execute(this::tell);
        }
    }

    private void tell() {
        Edit last = edit.getAndSet(null);
        if (last == null) {
            return;
        }
        try {
            LOG.info(onStage(last.before(), last.after()).line());
        } catch (Exception e) {
            LOG.warn("The edit could not be rehearsed: {}", e.toString());
        }
    }

    /**
     * Rehearses. Blocks.
     *
     * @param next the pages that are to serve
     * @throws Failure    if no requests are kept, or others are rehearsing
     * @throws RouteFault if they cannot serve
     */
    RehearsalReport of(Map<String, Page> now, Map<String, Page> next) throws Exception {
        if (!isOn()) {
            throw off();
        }
        Future<RehearsalReport> report = turns.submit(() -> onStage(now, next));
        try {
            return report.get(TURN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            report.cancel(true);
            throw Failure.of(Kind.BUSY, "Pages are being rehearsed already; try again in a moment.");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private RehearsalReport onStage(Map<String, Page> now, Map<String, Page> next) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (Simulator upstreams = Simulator.start(SimulatorOptions.ofStandIn())) {
            List<Secret> keys = house.settings().keys().keys().stream().map(key -> Secret.of(UUID.randomUUID().toString())).toList();
            GatewaySettings settings = house.settings().rehearsing(upstreams.url(), keys);
            LeftOut leftOut = new LeftOut(upstreams.url().toString());
            try (RehearsalStage ofNow = new RehearsalStage(now, settings, house, leftOut, client);
                    RehearsalStage ofNext = new RehearsalStage(next, settings, house, leftOut, client)) {
                ofNext.start();
                ofNow.start();
                return report(ofNow, ofNext, leftOut, end);
            }
        }
    }

    private RehearsalReport report(RehearsalStage now, RehearsalStage next, LeftOut leftOut, long end) {
        List<Long> numbers = house.client().recorded();
        List<Rehearsed> all = new ArrayList<>();
        for (long number : numbers) {
            house.client().recorded(number, request -> both(now, next, request, end)).flatMap(done -> done).ifPresent(all::add);
        }
        return new RehearsalReport(numbers.size(), all, leftOut.asked());
    }

    private static Optional<Rehearsed> both(RehearsalStage now, RehearsalStage next, ClientSteps.Recorded request, long end) {
        String id = "rehearsal-" + UUID.randomUUID();
        Optional<Seen> before = played(now, request, id, end);
        return before.flatMap(seen -> played(next, request, id, end).map(then -> new Rehearsed(request.path(), seen, then)));
    }

    private static Optional<Seen> played(RehearsalStage stage, ClientSteps.Recorded request, String id, long end) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        boolean over = left.isNegative() || left.isZero() || Thread.currentThread().isInterrupted();
        return over ? Optional.empty() : stage.play(request, id, left);
    }

    /** The gateway stops: nothing more is rehearsed. */
    void stop() {
        turns.shutdownNow();
        try {
            turns.awaitTermination(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
