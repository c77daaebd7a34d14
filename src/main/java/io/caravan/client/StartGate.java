/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.CallLife;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a gateway that stands alone; it takes the HTTP router in hand when Camel binds it.
 *
 * <p>Camel opens the port before its routes are there, and a client would get an HTML 404 in between: a first handler
 * answers 503 until the gate is open. And each set of route pages has paths of its own, so that requests go to another set
 * at once and those under way stay where they are.
 */
public final class StartGate extends DefaultRegistry {

    private static final byte[] HEALTH_STOPPING =
            "{\"status\":\"degraded\",\"service\":\"caravan\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LIVE = "{\"status\":\"live\"}".getBytes(StandardCharsets.UTF_8);

    private enum State { STARTING, OPEN, DRAINING }

    private volatile State state = State.STARTING;
    private final Vertx vertx;
    private final SimpleRegistry shared = new SimpleRegistry();
    private final HttpPaths first;
    private volatile HttpPaths served;
    private volatile @Nullable VertxPlatformHttpRouter router;

    /** @param workers the most model calls served at once where each needs a platform thread */
    public StartGate(int workers) {
        vertx = RequestWorkers.vertx(workers);
        first = new HttpPaths(vertx);
        served = first;
        super.bind("vertx", Vertx.class, vertx);
    }

    /** Binds a bean for all sets of pages. */
    public void share(String name, Object bean) {
        bind(name, bean);
        shared.bind(name, bean);
    }

    /** The paths of the set of pages whose registry this is: the first one. */
    public HttpPaths paths() {
        return first;
    }

    /** The registry of another set of pages: it shares beans with the first one, and has paths of its own. */
    public PagesRegistry beside() {
        VertxPlatformHttpRouter bound = Objects.requireNonNullElseGet(router, () -> new VertxPlatformHttpRouter(null, vertx,
                Router.router(vertx), VertxPlatformHttpRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO));
        return new PagesRegistry(new SharedBeans(shared), new HttpPaths(vertx), bound);
    }

    /** Requests go to these paths from now on; those under way stay where they are. */
    public void serve(HttpPaths paths) {
        served = paths;
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

    /** A server for management alone keeps the router it has. */
    @Override
    public void bind(String id, Class<?> type, Object bean) {
        if (bean instanceof VertxPlatformHttpRouter bound && !bound.isManagementServer()) {
            bound.route().order(-1).handler(this::pass);
            router = first.router(bound);
            super.bind(id, type, router);
        } else {
            super.bind(id, type, bean);
        }
    }

    private void pass(RoutingContext context) {
        String path = context.request().path();
        switch (state) {
            case OPEN -> served.handle(context);
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

    /** The registry of a set of pages that is loaded beside another. */
    public static final class PagesRegistry extends DefaultRegistry {

        private final HttpPaths paths;

        private PagesRegistry(BeanRepository shared, HttpPaths paths, VertxPlatformHttpRouter bound) {
            super(shared);
            this.paths = paths;
            bind(bound.getName(), VertxPlatformHttpRouter.class, paths.router(bound));
        }

        /** Where requests to these pages come in. */
        public HttpPaths paths() {
            return paths;
        }
    }

    /** Looked into by many registries, none of which ends it. */
    private record SharedBeans(BeanRepository beans) implements BeanRepository {

        @Override
        public @Nullable Object lookupByName(String name) {
            return beans.lookupByName(name);
        }

        @Override
        public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
            return beans.lookupByNameAndType(name, type);
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            return beans.findByTypeWithName(type);
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return beans.findByType(type);
        }
    }

    /** Where requests to one set of pages come in. */
    public static final class HttpPaths {

        private static final String EVERYTHING = "/*";

        private final Router routes;
        private final AtomicInteger underWay = new AtomicInteger();

        private HttpPaths(Vertx vertx) {
            routes = Router.router(vertx);
        }

        /** Whether no request that came in here is under way any longer. */
        public boolean isIdle() {
            return underWay.get() == 0;
        }

        private void handle(RoutingContext context) {
            underWay.incrementAndGet();
            // not the routing context's own, which takes the response's other handlers away
            context.response().endHandler(ended -> underWay.decrementAndGet());
            routes.handleContext(context);
        }

        /** The route that catches all paths stays last, also when another is added behind it. */
        private VertxPlatformHttpRouter router(VertxPlatformHttpRouter bound) {
            return new VertxPlatformHttpRouter(bound.getServer(), bound.vertx(), routes, bound.getName(), bound.getServerType()) {
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
        }
    }
}
