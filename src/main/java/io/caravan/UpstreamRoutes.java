/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.provider.Backend;
import io.caravan.provider.Backends;
import io.caravan.provider.UpstreamSettings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/** The routes no page lists, made at start from the pages' templates, and the properties by which pages name backends. */
final class UpstreamRoutes {

    private UpstreamRoutes() {
    }

    /** What pages refer to as {@code {{caravan.…}}}. */
    static void put(Properties properties, Backends backends) {
        properties.put("caravan.backends", String.join(",", backends.ids()));
        properties.put("caravan.fallback", backends.fallbacks().stream().map(Backend::id).findFirst().orElse(Backend.NONE));
        backends.ids().forEach(id -> properties.put("caravan.fallback." + id, fallback(id, backends)));
        for (UpstreamSettings upstream : backends.upstreams()) {
            properties.put("caravan." + upstream.routeName() + ".url", upstream.urls().requests().toString());
        }
    }

    /** Adds a route for each upstream, and one for each backend that has none in the pages. */
    static void add(CamelContext context, Backends backends) throws Exception {
        for (UpstreamSettings upstream : backends.upstreams()) {
            context.addRouteFromTemplate("upstream-" + upstream.routeName(), "upstream",
                    Map.of("name", upstream.routeName()));
        }
        for (String id : backends.ids()) {
            if (!hasRoute(context, id)) {
                context.addRouteFromTemplate("backend-" + id, "backend", id + "-",
                        Map.of("name", id, "fallback", fallback(id, backends)));
            }
        }
    }

    /**
     * Asks that the pages have every route that is to see events.
     *
     * @throws Caravan.StartFailure naming one that is missing
     */
    static void requireTransformers(CamelContext context, Collection<List<String>> transformers) {
        List<String> inputs = ((ModelCamelContext) context).getRouteDefinitions().stream()
                .map(route -> route.getInput().getEndpointUri()).toList();
        transformers.stream().flatMap(List::stream).filter(name -> !inputs.contains("direct:" + name)).findFirst().ifPresent(name -> {
            throw new Caravan.StartFailure("PROXY_TRANSFORMERS names the route " + name + ", but no page has a route from direct:"
                    + name);
        });
    }

    private static String fallback(String id, Backends backends) {
        return backends.fallbacksOf(id).stream().findFirst().orElse(Backend.NONE);
    }

    private static boolean hasRoute(CamelContext context, String backend) {
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            boolean named = ("backend-" + backend).equals(route.getRouteId());
            if (named || ("direct:backend-" + backend).equals(route.getInput().getEndpointUri())) {
                return true;
            }
        }
        return false;
    }
}
