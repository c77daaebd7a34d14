package io.caravan.upstream;

import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.Target;
import io.caravan.format.json.MalformedBody;
import io.caravan.routing.ModelRouting;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the attempt at an upstream (variable {@code upstream}): the client's bytes with this backend's name for the model
 * spliced in and what it refuses cut out, or the request converted to the backend's format. Does not block, but where an
 * image is fetched. A backend without its settings is a 503 (ledger 1.4).
 */
public final class PrepareRequest implements Processor {

    private final UpstreamFormat format;
    private final UpstreamCatalog backends;
    private final ModelRouting routing;
    private final CallWatch watch;
    private final CallObserver observer;

    private PrepareRequest(UpstreamFormat format, UpstreamCatalog backends, ModelRouting routing, CallWatch watch,
            CallObserver observer) {
        this.format = format;
        this.backends = backends;
        this.routing = routing;
        this.watch = watch;
        this.observer = observer;
    }

    /** For upstreams of the Messages format. */
    public static PrepareRequest forMessages(UpstreamCatalog backends, ModelRouting routing, CallWatch watch,
            CallObserver observer) {
        return new PrepareRequest(new MessagesUpstream(routing), backends, routing, watch, observer);
    }

    /**
     * For upstreams of the OpenAI chat format.
     *
     * @param images gives an image's public URL back as a data URL; null where none is fetched
     */
    public static PrepareRequest forChat(UpstreamCatalog backends, ModelRouting routing, UnaryOperator<String> images,
            CallWatch watch, CallObserver observer) {
        return new PrepareRequest(new ChatUpstream(routing, images), backends, routing, watch, observer);
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        Upstream backend = backends.get(exchange.getVariable("upstream", String.class));
        if (!backend.settings().configured()) {
            throw unconfigured(backend);
        }
        String model = routing.modelAt(backend.settings().backend().id(), call.modelName())
                .orElseThrow(() -> new GatewayFault(404, "not_found_error", "model: " + call.request().model()));
        Duration limit = call.request().stream() ? backend.settings().headTimeout() : backend.settings().answerTimeout();
        Attempt attempt = new Attempt(call, backend, model, prepared(call, backend, model), limit, watch);
        Target target = new Target(backend.settings().backend().id(), model);
        call.target(target);
        call.answer(attempt);
        exchange.setProperty(Attempt.PROPERTY, attempt);
        exchange.getMessage().setBody(new AttemptEntity(attempt));
        String path = attempt.prepared().path();
        observer.routed(call, target, path != null ? path : backend.settings().url().getPath());
    }

    private PreparedRequest prepared(GatewayCall call, Upstream backend, String model) {
        try {
            return format.prepare(call, backend, model);
        } catch (MalformedBody e) {
            throw new GatewayFault(400, "invalid_request_error", e.getMessage());
        }
    }

    private static GatewayFault unconfigured(Upstream backend) {
        return new GatewayFault(503, "api_error", backend.settings().unconfigured()).last();
    }
}
