package io.caravan.client;

import io.caravan.format.anthropic.ErrorBody;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
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

    private volatile boolean open;
    private volatile VertxPlatformHttpRouter router;

    /** All routes are there: requests may come. */
    public void open() {
        open = true;
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
        if (open) {
            context.next();
        } else {
            context.response().setStatusCode(503).putHeader("content-type", "application/json").putHeader("retry-after", "1")
                    .end(Buffer.buffer(ErrorBody.of("api_error", "The gateway is starting.", "req_starting")));
        }
    }
}
