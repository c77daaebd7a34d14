package io.caravan.client;

import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/**
 * Answers what no route serves: 405 with {@code Allow} where the path exists for other methods, else 404 (ledger 3.11).
 * Which paths exist is asked of Camel, so a route added in YAML is known here.
 */
public final class RefuseUnknown implements Processor {

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        List<String> verbs = new ArrayList<>();
        for (Endpoint endpoint : exchange.getContext().getEndpoints()) {
            if (endpoint instanceof PlatformHttpEndpoint served && served.getPath().equals(call.path())
                    && served.getHttpMethodRestrict() != null) {
                verbs.add(served.getHttpMethodRestrict());
            }
        }
        if (verbs.isEmpty()) {
            throw new GatewayFault(404, "not_found_error", "There is nothing at " + shown(call.path()) + ".");
        }
        throw new MethodNotAllowed(call.method(), String.join(", ", verbs).replace(",", ", ").replace(",  ", ", "));
    }

    private static String shown(String path) {
        return path.length() > 200 ? path.substring(0, 200) + "…" : path;
    }

    /** A 405, which names the methods that are allowed. */
    static final class MethodNotAllowed extends GatewayFault {

        final String allow;

        MethodNotAllowed(String method, String allow) {
            super(405, "invalid_request_error", method + " is not served here; allowed: " + allow + ".");
            this.allow = allow;
        }
    }
}
