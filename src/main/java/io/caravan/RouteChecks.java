/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.RouteFiles.Page;
import io.caravan.provider.Backend;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/** What Camel lets pass when it starts routes, and clients would meet. */
final class RouteChecks {

    private static final String MESSAGES = "/v1/messages";
    private static final Set<String> ACCEPTING = Set.of("acceptCall", "acceptChat", "acceptResponses");
    private static final Set<String> UNNAMED_FALLBACKS = Set.of("chain", Backend.NONE);
    private static final String THROWS = "throwException";
    private static final Set<String> ANSWERING = Set.of("writeAnswer", "writePage", "refuse", "refuseUnknown", THROWS);

    /** What a route serves over HTTP. */
    private record Served(String route, String path, boolean prefix, Set<String> methods) {

        static Served of(Route route, PlatformHttpEndpoint endpoint) {
            String methods = Optional.ofNullable(endpoint.getHttpMethodRestrict()).orElse("");
            return new Served(route.getRouteId(), endpoint.getPath(), endpoint.isMatchOnUriPrefix(),
                    Stream.of(methods.split(",")).map(one -> one.strip().toUpperCase(Locale.ROOT)).filter(one -> !one.isEmpty())
                            .collect(Collectors.toSet()));
        }

        boolean serves(String method) {
            return methods.isEmpty() || methods.contains(method);
        }

        /** Whether requests could come to either. What catches all that is left takes nothing from others. */
        boolean clashes(Served other) {
            boolean samePath = prefix == other.prefix ? path.equals(other.path) : covers(other) || other.covers(this);
            boolean sameMethod = methods.isEmpty() || other.methods.isEmpty() || methods.stream().anyMatch(other.methods::contains);
            return samePath && sameMethod;
        }

        private boolean covers(Served other) {
            return prefix && !path.equals("/") && other.path.startsWith(path);
        }
    }

    private final RouteSet set;
    private final Collection<Page> pages;

    private RouteChecks(RouteSet set) {
        this.set = set;
        this.pages = set.pages().values();
    }

    /** @throws RouteFault if something of the started set would fail clients */
    static void check(RouteSet set) {
        RouteChecks checks = new RouteChecks(set);
        checks.requireConsumers();
        checks.requireOnePathEach();
        checks.requireAnswers();
        checks.requireFallbacks();
    }

    /** A {@code direct:} that nobody serves fails only when a request comes to it. */
    private void requireConsumers() {
        Set<String> served = set.context().getRoutes().stream().map(Route::getEndpoint).map(Endpoint::getEndpointUri)
                .collect(Collectors.toSet());
        for (Endpoint endpoint : set.context().getEndpoints()) {
            if (endpoint instanceof DirectEndpoint && !served.contains(endpoint.getEndpointUri())) {
                String name = endpoint.getEndpointUri().replace("direct://", "direct:");
                throw fault(name, "no route serves " + name + "; name one that does, or add it");
            }
        }
    }

    private void requireOnePathEach() {
        List<Served> all = new ArrayList<>();
        for (Route route : set.context().getRoutes()) {
            if (route.getEndpoint() instanceof PlatformHttpEndpoint http) {
                Served served = Served.of(route, http);
                all.stream().filter(served::clashes).findFirst().ifPresent(other -> {
                    throw fault("platform-http:" + served.path(), "the routes " + other.route() + " and " + served.route()
                            + " both serve " + served.path() + "; a file of the other page's name takes its place");
                });
                all.add(served);
            }
        }
        if (all.stream().noneMatch(one -> one.path().equals(MESSAGES) && one.serves("POST"))) {
            throw fault(MESSAGES, "no route would serve POST " + MESSAGES + "; keep one from platform-http:" + MESSAGES);
        }
    }

    /** A route that takes a call has to come to a step that answers it: a page cut off in the middle often reads well. */
    private void requireAnswers() {
        List<RouteDefinition> routes = ((ModelCamelContext) set.context()).getRouteDefinitions();
        for (RouteDefinition route : routes) {
            Set<String> steps = new HashSet<>();
            collect(route, routes, steps, new HashSet<>());
            if (steps.stream().anyMatch(ACCEPTING::contains) && steps.stream().noneMatch(ANSWERING::contains)
                    && route.getInput().getEndpointUri().startsWith("platform-http:")) {
                throw fault(route.getRouteId(), "the route " + route.getRouteId() + " takes a request and never answers it;"
                        + " it ends with a step such as writeAnswer or writePage");
            }
        }
    }

    private void requireFallbacks() {
        for (RouteDefinition route : ((ModelCamelContext) set.context()).getRouteDefinitions()) {
            Object fallback = Optional.ofNullable(route.getTemplateParameters()).orElse(Map.of()).get("fallback");
            String named = set.context().resolvePropertyPlaceholders(String.valueOf(Optional.ofNullable(fallback).orElse(Backend.NONE)));
            for (String id : named.split(",")) {
                if (!UNNAMED_FALLBACKS.contains(id.strip()) && !set.backends().ids().contains(id.strip())) {
                    throw fault(id.strip(), "the fallback " + id.strip() + " is no backend; there are "
                            + String.join(", ", set.backends().ids()));
                }
            }
        }
    }

    private static void collect(RouteDefinition route, List<RouteDefinition> routes, Set<String> steps, Set<String> seen) {
        if (!seen.add(route.getRouteId())) {
            return;
        }
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessDefinition.class)
                .forEach(step -> steps.add(String.valueOf(step.getRef())));
        if (!ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ThrowExceptionDefinition.class).isEmpty()) {
            steps.add(THROWS);
        }
        Stream<String> targets = Stream.concat(
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class).stream().map(ToDefinition::getUri),
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDynamicDefinition.class).stream()
                        .map(ToDynamicDefinition::getUri));
        List<String> uris = targets.toList();
        routes.stream().filter(other -> uris.contains(other.getInput().getEndpointUri()))
                .forEach(other -> collect(other, routes, steps, seen));
    }

    /** Of the page that has {@code words}, one of the team's own first. */
    private RouteFault fault(String words, String reason) {
        return RouteFault.about(pages, words, reason);
    }
}
