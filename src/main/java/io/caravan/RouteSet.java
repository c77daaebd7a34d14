/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.RouteFiles.Page;
import io.caravan.client.StartGate;
import io.caravan.client.StartGate.HttpPaths;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.Backends;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.RoutesConfigurer;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The route pages that serve together: a Camel context of their own. An edit makes a new set beside the one that serves, and
 * what is under way ends in the set it began in.
 */
final class RouteSet {

    /** Whose routes only do something when a request of this set asks them to. */
    private static final Set<String> ASKED = Set.of("platform-http", "direct", "seda", "rest", "rest-api");

    /** Camel's own watching of routes, which would take what is rehearsed for what clients asked. */
    private static final List<String> WATCHING = List.of("camel.management.", "camel.metrics.", "camel.opentelemetry", "camel.telemetry");

    /**
     * What all sets have.
     *
     * @param backends     each has a route
     * @param transformers the routes that are to see events by the settings, of each backend
     * @param classes      loads what pages name
     */
    record Shared(Backends backends, Collection<List<String>> transformers, ClassLoader classes) {
    }

    private final Map<String, Page> pages;
    private final HttpPaths paths;
    private final Backends backends;
    private final Main main;
    private final List<String> sources = new ArrayList<>();

    private RouteSet(Map<String, Page> pages, Registry beans, HttpPaths paths, Properties properties, Shared shared,
            Function<Registry, CamelContext> made) {
        this.pages = pages;
        this.paths = paths;
        this.backends = shared.backends();
        main = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                CamelContext context = made.apply(beans);
                context.setApplicationContextClassLoader(shared.classes());
                return context;
            }

            @Override
            protected void configureRoutes(CamelContext context) throws Exception {
                load(context, pages.values());
                UpstreamRoutes.add(context, shared.backends());
                UpstreamRoutes.requireTransformers(context, "PROXY_TRANSFORMERS", shared.transformers());
                for (BackendSettings backend : shared.backends().all()) {
                    UpstreamRoutes.requireTransformers(context, backend);
                }
            }
        };
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(properties);
    }

    /** The set that has the HTTP server; not started yet. */
    static RouteSet first(Map<String, Page> pages, StartGate gate, Properties properties, Shared shared) {
        return new RouteSet(pages, gate, gate.paths(), properties, shared, beans -> knowing(shared.classes(), beans));
    }

    /** A set beside one that serves; not started yet. */
    static RouteSet beside(Map<String, Page> pages, StartGate gate, Properties properties, Shared shared) {
        Properties withoutServer = new Properties();
        withoutServer.putAll(properties);
        withoutServer.put("camel.server.enabled", "false");
        withoutServer.put("camel.management.enabled", "false");
        StartGate.PagesRegistry registry = gate.beside();
        return new RouteSet(pages, registry, registry.paths(), withoutServer, shared, DefaultCamelContext::new);
    }

    /**
     * A context that knows these classes from the first on. What Camel looks for so early, the connector of its CLI, writes to one
     * place for the whole process and is for the first set alone.
     */
    private static CamelContext knowing(ClassLoader classes, Registry beans) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            return new DefaultCamelContext(beans);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** As {@link #first}, of a gateway that rehearses: what {@code outside} does not let pass is out of reach, and nobody watches. */
    static RouteSet rehearsed(Map<String, Page> pages, StartGate gate, Properties properties, Shared shared, EndpointStrategy outside) {
        Properties unwatched = new Properties();
        unwatched.putAll(properties);
        unwatched.keySet().removeIf(name -> WATCHING.stream().anyMatch(String.valueOf(name)::startsWith));
        return new RouteSet(pages, gate, gate.paths(), unwatched, shared, beans -> {
            CamelContext context = new DefaultCamelContext(beans);
            context.getCamelContextExtension().registerEndpointCallback(outside);
            return context;
        });
    }

    /** Reads the pages. Nothing runs yet. */
    void init() throws Exception {
        main.init();
        Model model = context().getCamelContextExtension().getContextPlugin(Model.class);
        model.addModelLifecycleStrategy(context().getRegistry().lookupByNameAndType("pageRules", PageRules.class));
    }

    /** Starts all routes, and those that act on their own too. */
    void start() throws Exception {
        main.start();
        RouteChecks.check(this);
    }

    /** Starts the routes that wait to be asked; those that act on their own have to wait for {@link #startSources}. */
    void startBeside() throws Exception {
        for (RouteDefinition route : ((ModelCamelContext) context()).getRouteDefinitions()) {
            if (!isAsked(scheme(route.getInput().getEndpointUri())) && route.getAutoStartup() == null) {
                route.setAutoStartup("false");
                sources.add(route.getRouteId());
            }
        }
        start();
    }

    /** Starts the routes that act on their own, such as timers. */
    void startSources() throws Exception {
        for (String id : sources) {
            context().getRouteController().startRoute(id);
        }
    }

    /** Stops the routes that act on their own: those of another set take over. */
    void stopSources() throws Exception {
        for (Route route : context().getRoutes()) {
            if (!isAsked(scheme(route.getEndpoint().getEndpointUri()))) {
                context().getRouteController().stopRoute(route.getRouteId());
            }
        }
    }

    /** Whether the routes of a scheme only do something when a request of their set asks them to. */
    static boolean isAsked(String scheme) {
        return ASKED.contains(scheme);
    }

    static String scheme(String uri) {
        int end = uri.indexOf(':');
        return end < 0 ? uri : uri.substring(0, end);
    }

    /** Whether nothing that it began is under way any longer. */
    boolean isIdle() {
        return paths.isIdle() && context().getInflightRepository().size() == 0;
    }

    /** Ends it; waits for what is under way as long as Camel's shutdown time-out says. */
    void stop() {
        main.stop();
        main.shutdown();
    }

    /** Ends what of it serves, but not its context, which has the HTTP server. */
    void stopRoutes() throws Exception {
        for (Route route : List.copyOf(context().getRoutes())) {
            context().getRouteController().stopRoute(route.getRouteId());
            context().removeRoute(route.getRouteId());
        }
        for (Endpoint endpoint : List.copyOf(context().getEndpoints())) {
            if (endpoint instanceof HttpEndpoint) {
                context().removeEndpoint(endpoint);
            }
        }
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    HttpPaths paths() {
        return paths;
    }

    Backends backends() {
        return backends;
    }

    /** By their names. */
    Map<String, Page> pages() {
        return pages;
    }

    private static void load(CamelContext context, Collection<Page> pages) throws Exception {
        RoutesLoader loader = PluginHelper.getRoutesLoader(context);
        List<RoutesBuilder> builders = new ArrayList<>();
        for (Page page : pages) {
            builders.addAll(builders(loader, page));
        }
        RoutesConfigurer configurer = new RoutesConfigurer(context);
        configurer.setRoutesBuilders(builders);
        configurer.start();
        try {
            configurer.configureRoutes(context);
        } finally {
            configurer.stop();
        }
    }

    private static Collection<RoutesBuilder> builders(RoutesLoader loader, Page page) {
        if (page.text().lines().map(String::strip).allMatch(line -> line.isEmpty() || line.startsWith("#"))) {
            throw new RouteFault(page.name(), 0, "it is empty");
        }
        try {
            return loader.findRoutesBuilders(List.of(ResourceHelper.fromString(page.location(), page.text())));
        } catch (Exception e) {
            throw RouteFault.in(page, e);
        }
    }
}
