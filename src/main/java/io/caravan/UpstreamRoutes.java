/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
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
        backends.all().forEach(backend -> backend.upstreams().forEach(upstream ->
                properties.put(property(backend, upstream), upstream.urls().requests().toString())));
    }

    private static String property(BackendSettings backend, UpstreamSettings upstream) {
        return "caravan." + backend.routeName(upstream) + ".url";
    }

    /** The id of a backend's route. */
    static String id(BackendSettings backend) {
        return "backend-" + backend.backend().id();
    }

    /** Adds a route for each upstream, and one for each backend that has none in the pages. */
    static void add(CamelContext context, Backends backends) throws Exception {
        for (BackendSettings backend : backends.all()) {
            addUpstreams(context, backend);
        }
        for (String id : backends.ids()) {
            addBackend(context, id);
        }
    }

    /** Adds a route for each upstream of a backend. */
    static void addUpstreams(CamelContext context, BackendSettings backend) throws Exception {
        for (UpstreamSettings upstream : backend.upstreams()) {
            String name = backend.routeName(upstream);
            context.addRouteFromTemplate("upstream-" + name, "upstream",
                    Map.of("name", name, property(backend, upstream), upstream.urls().requests().toString()));
        }
    }

    /** Adds the route of a backend, unless the pages have one. */
    static void addBackend(CamelContext context, String id) throws Exception {
        if (!hasRoute(context, id)) {
            context.addRouteFromTemplate("backend-" + id, "backend", id + "-", Map.of("name", id));
        }
    }

    /** As below, those that a backend of {@code config.yaml} names. */
    static void requireTransformers(CamelContext context, BackendSettings backend) {
        requireTransformers(context, "transformers of the backend " + backend.backend().id(),
                backend.upstreams().stream().map(UpstreamSettings::transformers).toList());
    }

    /**
     * Asks that the pages have every route that is to see events.
     *
     * @param setting what names them
     * @throws Caravan.StartFailure naming one that is missing
     */
    static void requireTransformers(CamelContext context, String setting, Collection<List<String>> transformers) {
        List<String> inputs = ((ModelCamelContext) context).getRouteDefinitions().stream()
                .map(route -> route.getInput().getEndpointUri()).toList();
        transformers.stream().flatMap(List::stream).filter(name -> !inputs.contains("direct:" + name)).findFirst().ifPresent(name -> {
            throw new Caravan.StartFailure(setting + ": no page has the route " + name + ", from direct:" + name);
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
