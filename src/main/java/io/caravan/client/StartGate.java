/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.CallLife;
import io.caravan.client.relay.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a gateway that stands alone; it takes the HTTP router in hand when Camel binds it.
 *
 * <p>Camel opens the port before its routes are there, and a client would get an HTML 404 in between: a first handler
 * answers 503 until the gate is open. And the route that catches all paths stays last, also when another is loaded anew.
 */
public final class StartGate extends DefaultRegistry {

    private static final String EVERYTHING = "/*";

    private static final byte[] HEALTH_STOPPING =
            "{\"status\":\"degraded\",\"service\":\"caravan\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LIVE = "{\"status\":\"live\"}".getBytes(StandardCharsets.UTF_8);

    private enum State { STARTING, OPEN, DRAINING }

    private volatile State state = State.STARTING;
    private final Vertx vertx;
    private volatile @Nullable VertxPlatformHttpRouter router;

    /** @param workers the most model calls served at once where each needs a platform thread */
    public StartGate(int workers) {
        vertx = RequestWorkers.vertx(workers);
        super.bind("vertx", Vertx.class, vertx);
    }

    /** All routes are there: requests may come. */
    public void open() {
        state = State.OPEN;
    }

    /** From now on no request is taken: 503, and the connection ends behind it; those under way go on. */
    public void drain() {
        state = State.DRAINING;
    }

    /** The port that is served, once it is. */
    public int port() {
        return Objects.requireNonNull(router).getServer().getPort();
    }

    /** Ends all connections; waits until that is done, at most {@code limit}. */
    public void close(Duration limit) {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .handle((done, late) -> done).join();
    }

    @Override
    public void bind(String id, Class<?> type, Object bean) {
        if (bean instanceof VertxPlatformHttpRouter bound) {
            super.bind(id, type, gated(bound));
        } else {
            super.bind(id, type, bean);
        }
    }

    private VertxPlatformHttpRouter gated(VertxPlatformHttpRouter bound) {
        bound.route().order(-1).handler(this::pass);
        VertxPlatformHttpRouter gated = new VertxPlatformHttpRouter(bound.getServer(), bound.vertx(), bound, bound.getName(), bound.getServerType()) {
            @Override
            public Route route(String path) {
                Route route = super.route(path);
                if (path.equals(EVERYTHING)) {
                    route.last();
                }
                return route;
            }

            @Override
            public Handler<RoutingContext> bodyHandler() {
                return bound.bodyHandler();
            }
        };
        router = gated;
        return gated;
    }

    private void pass(RoutingContext context) {
        String path = context.request().path();
        switch (state) {
            case OPEN -> context.next();
            case STARTING -> context.response().end(refused(context, path, Failure.of(Kind.STARTING, "The gateway is starting.")));
            case DRAINING -> {
                if (path.equals("/health/live")) {
                    // not the route, which goes before the process does
                    context.response().putHeader("content-type", "application/json").end(Buffer.buffer(LIVE));
                } else {
                    turnAway(context, path);
                }
            }
        }
    }

    private static void turnAway(RoutingContext context, String path) {
        HttpServerRequest request = context.request();
        Context loop = Vertx.currentContext();
        context.response().putHeader("connection", "close").end(refused(context, path, CallLife.stopping()))
                .onComplete(sent -> loop.runOnContext(now -> last(request, loop)));
    }

    /** Sets the head of the response, and returns its body. */
    private static Buffer refused(RoutingContext context, String path, Failure failure) {
        context.response().setStatusCode(failure.status()).putHeader("content-type", "application/json");
        failure.retryAfter().ifPresent(seconds -> context.response().putHeader("retry-after", Long.toString(seconds)));
        if (path.equals("/health")) {
            return Buffer.buffer(HEALTH_STOPPING);
        }
        return Buffer.buffer(ClientErrors.at(path).body(failure, "req_" + failure.kind().label()));
    }

    /** The connection ends, once what is still on its way has come: a reset could lose the answer. */
    private static void last(HttpServerRequest request, Context loop) {
        if (request.isEnded()) {
            request.connection().close();
        } else {
            UnreadBody.LARGE.discard(request, loop);
        }
    }
}
