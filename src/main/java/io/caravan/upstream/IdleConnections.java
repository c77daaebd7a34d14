/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.provider.UpstreamSettings;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.util.TimeValue;

/** The connections Camel's HTTP endpoints keep for the next request. */
final class IdleConnections {

    private IdleConnections() {
    }

    /** Closes those to the upstream of {@code attempt}: where one turned out to be dead, the others are of the same age. */
    static void close(Attempt attempt) {
        UpstreamSettings upstream = attempt.target().settings();
        List<URI> urls = Stream.concat(Stream.of(upstream.urls().requests()), upstream.urls().counts().stream()).toList();
        for (Endpoint endpoint : attempt.call().exchange().getContext().getEndpoints()) {
            if (endpoint instanceof HttpEndpoint http && urls.contains(http.getHttpUri())) {
                close(http);
            }
        }
    }

    private static void close(HttpEndpoint endpoint) {
        if (endpoint.getClientConnectionManager() instanceof PoolingHttpClientConnectionManager pool) {
            pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
        }
    }
}
