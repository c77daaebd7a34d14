/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.provider.UpstreamSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;

/** The pools of connections that Camel's HTTP endpoints have to upstreams. Any thread. */
final class ConnectionPools {

    private ConnectionPools() {
    }

    /** Those to one upstream; none before the first request to it. */
    static Stream<PoolingHttpClientConnectionManager> of(CamelContext context, UpstreamSettings upstream) {
        List<URI> urls = Stream.concat(Stream.of(upstream.urls().requests()), upstream.urls().counts().stream()).toList();
        return context.getEndpoints().stream()
                .filter(endpoint -> endpoint instanceof HttpEndpoint http && urls.contains(http.getHttpUri()))
                .map(endpoint -> ((HttpEndpoint) endpoint).getClientConnectionManager())
                .map(manager -> manager instanceof PoolingHttpClientConnectionManager pool ? Optional.of(pool)
                        : Optional.<PoolingHttpClientConnectionManager>empty())
                .flatMap(Optional::stream);
    }
}
