/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.Rehearsed.Seen;
import io.caravan.Rehearsed.Sent;
import io.caravan.RouteFiles.Page;
import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.OpenCalls;
import io.caravan.call.UpstreamAnswer;
import io.caravan.client.ClientSteps;
import io.caravan.client.StartGate;
import io.caravan.failure.Failure;
import io.caravan.observe.Logging;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Processor;
import org.apache.logging.log4j.ThreadContext;

/**
 * A gateway of pages that are rehearsed: reached on a port of this machine alone, by keys made up for it, with simulated upstreams.
 * All its beans are its own, and its pages do nothing but answer. One thread.
 */
final class RehearsalStage implements AutoCloseable {

    private static final Duration CONNECTIONS_END = Duration.ofSeconds(2);
    private static final String LABEL = "key-";
    private static final int WORKERS = 4;

    /** What is known of a call: how it failed, and what was sent for it last. */
    private static final class Known {

        private volatile Optional<Failure> failure = Optional.empty();
        private volatile Optional<Sent> sent = Optional.empty();
    }

    /** Notes what becomes of calls; what is asked on their account, by copies or by a judge, is not theirs. */
    private static final class Witness implements CallObserver {

        private final Map<CallLife, Known> byLife = new ConcurrentHashMap<>();
        private final Map<String, Known> byId = new ConcurrentHashMap<>();

        @Override
        public void accepted(Call call) {
            if (!call.isCopy()) {
                Known known = new Known();
                byLife.put(call.life(), known);
                byId.put(call.correlationId(), known);
                ThreadContext.put(Logging.CORRELATION, call.correlationId());
            }
        }

        @Override
        public void routed(Call call, UpstreamAnswer attempt, String path) {
            known(call).ifPresent(known -> known.sent = Optional.of(new Sent(attempt.backend(), attempt.model(),
                    SentBody.of(attempt.outgoing().bytes()))));
        }

        @Override
        public void failed(Call call, Failure failure) {
            known(call).ifPresent(known -> known.failure = Optional.of(failure));
        }

        @Override
        public void completed(Call call, Outcome outcome) {
            if (byLife.remove(call.life()) != null) {
                ThreadContext.remove(Logging.CORRELATION);
            }
        }

        private Optional<Known> known(Call call) {
            return Optional.ofNullable(byLife.get(call.life()));
        }

        /** Of a request that was answered; nothing where no page took it for a model request. */
        Known take(String id) {
            return Optional.ofNullable(byId.remove(id)).orElseGet(Known::new);
        }
    }

    private final GatewaySettings settings;
    private final LeftOut leftOut;
    private final HttpClient client;
    private final StartGate gate = new StartGate(WORKERS);
    private final RouteSet set;
    private final Witness witness = new Witness();

    /** @param settings of a gateway that rehearses */
    RehearsalStage(Map<String, Page> pages, GatewaySettings settings, Rehearsal.House house, LeftOut leftOut, HttpClient client) {
        this.settings = settings;
        this.leftOut = leftOut;
        this.client = client;
        RouteSet.Shared shared = new RouteSet.Shared(settings.backends(), settings.transformers().values(), house.classes());
        this.set = RouteSet.rehearsed(pages, gate, ServingRoutes.properties(settings), shared, leftOut);
        GatewayBeans.bind(gate::share, settings, () -> List.of(set.context()),
                new GatewayBeans.Parts(new ClientSteps(settings), house.counts(), log -> witness));
        gate.share(Rehearsal.STEP, (Processor) exchange -> {
            throw Rehearsal.off();
        });
    }

    /** @throws RouteFault if the pages cannot be served */
    void start() throws Exception {
        try {
            set.init();
            set.context().addService(gate.lookupByNameAndType("callWatch", CallWatch.class));
            leftOut.takeSteps(set.context(), gate);
            set.start();
        } catch (RouteFault | Caravan.StartFailure e) {
            throw e;
        } catch (Exception e) {
            throw RouteFault.among(set.pages().values(), e);
        }
        gate.open();
    }

    /**
     * Has a request served. Blocks.
     *
     * @param id    what it is called meanwhile
     * @param limit the longest wait for the end of its answer
     * @return empty if that did not come in time
     */
    Optional<Seen> play(ClientSteps.Recorded request, String id, Duration limit) {
        HttpRequest.Builder sent = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gate.port()).resolve(request.target()))
                .timeout(limit).POST(BodyPublishers.ofByteArray(request.body())).header("x-correlation-id", id);
        request.headers().entries().forEach(header -> sent.header(header.getKey(), header.getValue()));
        request.client().flatMap(this::key).ifPresent(key -> sent.header("x-api-key", key.reveal()));
        try {
            int status = client.send(sent.build(), BodyHandlers.discarding()).statusCode();
            return Optional.of(seen(String.valueOf(status), id));
        } catch (HttpTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(seen("broken off", id));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The key made up for a client whose own key is called so. */
    private Optional<Secret> key(String label) {
        List<Secret> keys = settings.keys().keys();
        return keys.stream().filter(key -> label.equals(LABEL + (keys.indexOf(key) + 1))).findFirst();
    }

    private Seen seen(String status, String id) {
        Known known = witness.take(id);
        return new Seen(known.failure.map(failure -> status + " " + words(failure)).orElse(status), known.sent);
    }

    /** Its kind, and of a defect what was thrown; messages may hold what a client has said. */
    private static String words(Failure failure) {
        return Optional.ofNullable(failure.getCause()).map(cause -> failure.label() + " (" + innermost(cause).getClass().getSimpleName() + ")")
                .orElse(failure.label());
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whatever is under way is cut, and not waited for. */
    @Override
    public void close() {
        gate.lookupByNameAndType("openCalls", OpenCalls.class).stopAll();
        set.context().getShutdownStrategy().setTimeout(1);
        set.stop();
        gate.close(CONNECTIONS_END);
    }
}
