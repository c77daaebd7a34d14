/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.format.chat.ChatErrorBody;
import io.caravan.format.messages.ErrorBody;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultRegistry;

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
    private volatile VertxPlatformHttpRouter router;

    /** All routes are there: requests may come. */
    public void open() {
        state = State.OPEN;
    }

    /** From now on no request is taken: 503, and the connection ends behind it; those under way go on. */
    public void drain() {
        state = State.DRAINING;
    }

    /** The port that is served. */
    public int port() {
        return router.getServer().getPort();
    }

    @Override
    public void bind(String id, Class<?> type, Object bean) {
        super.bind(id, type, bean instanceof VertxPlatformHttpRouter bound ? gated(bound) : bean);
    }

    private VertxPlatformHttpRouter gated(VertxPlatformHttpRouter bound) {
        bound.route().order(-1).handler(this::pass);
        router = new VertxPlatformHttpRouter(bound.getServer(), bound.vertx(), bound, bound.getName(), bound.getServerType()) {
            @Override
            public Route route(String path) {
                Route route = super.route(path);
                return path.equals(EVERYTHING) ? route.last() : route;
            }

            @Override
            public Handler<RoutingContext> bodyHandler() {
                return bound.bodyHandler();
            }
        };
        return router;
    }

    private void pass(RoutingContext context) {
        String path = context.request().path();
        if (state == State.OPEN) {
            context.next();
            return;
        }
        if (state == State.DRAINING && path.equals("/health/live")) {
            // not the route, which goes before the process does
            context.response().putHeader("content-type", "application/json").end(Buffer.buffer(LIVE));
            return;
        }
        boolean starting = state == State.STARTING;
        String words = starting ? "The gateway is starting." : "The gateway is stopping; try again in a moment.";
        byte[] body = path.equals("/health") ? HEALTH_STOPPING
                : path.startsWith("/v1/chat/") ? ChatErrorBody.of(503, "api_error", words)
                : ErrorBody.of("api_error", words, starting ? "req_starting" : "req_stopping");
        context.response().setStatusCode(503).putHeader("content-type", "application/json").putHeader("retry-after", "1");
        if (starting) {
            context.response().end(Buffer.buffer(body));
        } else {
            HttpServerRequest request = context.request();
            Context loop = Vertx.currentContext();
            context.response().putHeader("connection", "close").end(Buffer.buffer(body))
                    .onComplete(sent -> loop.runOnContext(now -> last(request, loop)));
        }
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
