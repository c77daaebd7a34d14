/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.PropertyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;

/**
 * What holds for every page, though it does not say so. One that is served asks for a client's key unless its route's property
 * {@value #ACCESS} is {@value #PUBLIC} (in YAML, which has no properties of routes, its note), and what fails in it is told in words when its route is done ({@code lastWord}). Where a
 * route that is served or stands behind a page ({@code direct:}) has no error handling of its own, a failure goes up unhandled to
 * the page: Camel's default error handler would stand around each step and take it for dealt with.
 */
final class PageRules extends ModelLifecycleStrategySupport implements RouteBuilderLifecycleStrategy {

    private static final String ACCESS = "caravan.access";
    private static final String PUBLIC = "public";
    private static final Set<String> ACCEPTS = Set.of("acceptCall", "acceptChat", "acceptResponses");
    private static final Set<String> CHECKS = Set.of("checkClientKey", "checkAdminKey");
    private static final String BODY_HANDLER = "useBodyHandler";
    private static final String GUARD = "guardPage";
    private static final String ERRORS = "caravan-errors";
    private static final String LAST_WORD = "lastWord";
    private static final String LAST_WORD_OF_COPIES = "lastWordOfCopies";

    @Override
    public void afterConfigure(RouteBuilder builder) {
        boolean fileHandles = !builder.getRouteCollection().getOnExceptions().isEmpty();
        for (RouteDefinition route : builder.getRouteCollection().getRoutes()) {
            boolean served = isServed(route);
            if (served) {
                guard(route);
                leaveBody(route);
            }
            boolean tells = served || ERRORS.equals(route.getRouteConfigurationId());
            boolean behind = route.getInput().getEndpointUri().startsWith("direct:");
            if (tells) {
                route.routePolicyRef(LAST_WORD);
            } else if (behind) {
                route.routePolicyRef(LAST_WORD_OF_COPIES);
            }
            boolean handles = fileHandles || handlesErrors(route);
            if (!handles && (tells || behind)) {
                route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
                route.markUnprepared();
            }
        }
    }

    /** Routes that no page holds as they are: those that Camel makes of REST definitions, and those added by a program. */
    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (isServed(route)) {
            guard(route);
        }
    }

    private static boolean isServed(RouteDefinition route) {
        String from = route.getInput().getEndpointUri();
        return from.startsWith("platform-http:") || from.startsWith("rest:");
    }

    private static boolean handlesErrors(RouteDefinition route) {
        String named = route.getRouteConfigurationId();
        boolean theirs = named != null && !named.equals(ERRORS) || route.getErrorHandlerRef() != null;
        return theirs || route.getErrorHandler() != null || route.isErrorHandlerFactorySet()
                || route.getOutputs().stream().anyMatch(OnExceptionDefinition.class::isInstance);
    }

    private static void guard(RouteDefinition route) {
        if (isPublic(route) || stepOf(Set.of(GUARD), route) >= 0) {
            return;
        }
        int accepts = stepOf(ACCEPTS, route);
        if (accepts < 0) {
            add(route, 0, GUARD);
        } else if (stepOf(CHECKS, route) < 0 && !isBuiltIn(route)) {
            add(route, accepts + 1, "checkClientKey");
        }
    }

    /** A page that accepts a call reads its body itself: Camel must not have done so before. */
    private static void leaveBody(RouteDefinition route) {
        String from = route.getInput().getEndpointUri();
        boolean unsaid = stepOf(ACCEPTS, route) >= 0 && !from.contains(BODY_HANDLER);
        if (unsaid && from.startsWith("platform-http:")) {
            String joint = from.indexOf('?') < 0 ? "?" : "&";
            route.getInput().setUri(from + joint + BODY_HANDLER + "=false");
        }
    }

    private static void add(RouteDefinition route, int at, String bean) {
        ProcessDefinition step = new ProcessDefinition();
        step.setRef(bean);
        step.setParent(route);
        route.getOutputs().add(at, step);
    }

    private static boolean isPublic(RouteDefinition route) {
        boolean noted = (ACCESS + " = " + PUBLIC).equals(route.getNote());
        List<PropertyDefinition> properties = route.getRouteProperties();
        return noted || properties != null && properties.stream()
                .anyMatch(property -> ACCESS.equals(property.getKey()) && PUBLIC.equals(property.getValue()));
    }

    /** Whether it stands in a page of the gateway's own, or in one that takes the place of such. */
    private static boolean isBuiltIn(RouteDefinition route) {
        if (route.getResource() == null) {
            return false;
        }
        String location = route.getResource().getLocation().replace('\\', '/');
        String file = location.substring(Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1);
        return RouteFiles.BUILT_IN.stream().anyMatch(name -> file.equals(name + RouteFiles.ENDING));
    }

    /** Where in a route the first of these beans is a step; -1 if none is. */
    private static int stepOf(Set<String> beans, RouteDefinition route) {
        String[] refs = route.getOutputs().stream().map(step -> step instanceof ProcessDefinition process ? process.getRef() : "")
                .toArray(String[]::new);
        return Arrays.stream(refs).filter(beans::contains).map(Arrays.asList(refs)::indexOf).findFirst().orElse(-1);
    }
}
