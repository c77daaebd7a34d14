package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.convert.Translator;
import io.caravan.convert.Translators;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.FormatPair;
import io.caravan.format.json.MalformedBody;
import io.caravan.routing.ModelRouting;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the attempt at an upstream (variable {@code upstream}): the request in its format, under its name for the model,
 * without what it refuses. Does not block, but where an image is fetched. A backend without its settings is a 503 (ledger
 * 1.4).
 */
final class PrepareRequest implements Processor {

    private final Backends backends;
    private final ModelRouting routing;
    private final UnaryOperator<String> images;
    private final CallWatch watch;
    private final CallObserver observer;

    /** @param images gives an image's public URL back as a data URL, or throws {@link MalformedBody} */
    PrepareRequest(Backends backends, ModelRouting routing, UnaryOperator<String> images, CallWatch watch,
            CallObserver observer) {
        this.backends = backends;
        this.routing = routing;
        this.images = images;
        this.watch = watch;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        Backend backend = backends.get(exchange.getVariable("upstream", String.class));
        if (!backend.settings().configured()) {
            throw unconfigured(backend);
        }
        String model = routing.modelAt(backend.settings().backend(), call.modelName())
                .orElseThrow(() -> Failure.of(Kind.UNKNOWN_MODEL, "model: " + call.request().model()));
        ModelAnswer purpose = new ModelAnswer(translator(call, backend, model), backend.path(model), call.request().stream());
        Attempt attempt = new Attempt(call, backend, model, purpose, watch);
        attempt.begin(exchange);
        String path = purpose.path();
        observer.routed(call, attempt, path != null ? path : backend.settings().url().getPath());
    }

    private Translator translator(Call call, Backend backend, String model) {
        FormatPair pair = new FormatPair(call.format(), backend.format());
        try {
            return Translators.open(pair, call.request(),
                    backend.terms(model, routing.traits(model), call, images));
        } catch (MalformedBody e) {
            throw Failure.of(Kind.MALFORMED_REQUEST, e.getMessage());
        }
    }

    private static Failure unconfigured(Backend backend) {
        return Failure.of(Kind.NOT_CONFIGURED, backend.settings().backend().equals("databricks")
                ? "Azure Databricks host and token must be configured"
                : "The backend " + backend.settings().setting() + " is not configured; missing: "
                        + String.join(", ", backend.settings().missing()));
    }
}
