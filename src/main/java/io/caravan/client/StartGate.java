package io.caravan.client;

import io.caravan.format.anthropic.ErrorBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultRegistry;

/**
 * The registry of a gateway that stands alone. Camel opens the port before its routes are there, and a client would get
 * an HTML 404 in between; so the HTTP router, when it is bound here, gets a first handler that answers 503 until the
 * gate is open.
 */
public final class StartGate extends DefaultRegistry {

    private volatile boolean open;
    private volatile VertxPlatformHttpRouter router;

    /** All routes are there: requests may come. */
    public void open() {
        open = true;
    }

    @Override
    public void bind(String id, Class<?> type, Object bean) {
        addGate(bean);
        super.bind(id, type, bean);
    }

    /** The port that is served. */
    public int port() {
        return router.getServer().getPort();
    }

    private void addGate(Object bean) {
        if (bean instanceof VertxPlatformHttpRouter bound) {
            router = bound;
            router.route().order(-1).handler(this::pass);
        }
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
