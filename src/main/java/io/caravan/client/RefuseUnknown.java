/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/**
 * Answers what no route serves: 405 with {@code Allow} where the path exists for other methods, else 404 (3.11).
 * Which paths exist is asked of Camel, so a route added in YAML is known here.
 */
final class RefuseUnknown implements Processor {

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        List<String> verbs = exchange.getContext().getEndpoints().stream()
                .filter(PlatformHttpEndpoint.class::isInstance).map(PlatformHttpEndpoint.class::cast)
                .filter(served -> served.getPath().equals(call.path())).map(PlatformHttpEndpoint::getHttpMethodRestrict)
                .filter(Objects::nonNull).toList();
        if (verbs.isEmpty()) {
            throw Failure.of(Kind.NO_SUCH_PATH, "There is nothing at " + shown(call.path()) + ".");
        }
        String allowed = String.join(", ", verbs).replace(",", ", ").replace(",  ", ", ");
        throw Failure.of(Kind.METHOD_NOT_ALLOWED, call.method() + " is not served here; allowed: " + allowed + ".")
                .allow(allowed);
    }

    private static String shown(String path) {
        if (path.length() > 200) {
            return path.substring(0, 200) + "…";
        }
        return path;
    }
}
