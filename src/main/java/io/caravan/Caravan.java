/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.call.CallWatch;
import io.caravan.call.OpenCalls;
import io.caravan.client.StartGate;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.Model;

/**
 * A gateway that stands alone: a Camel context with the routes, beans and the HTTP server.
 *
 * <pre>{@code
 * try (Caravan gateway = Caravan.start(GatewaySettings.read(System.getenv(), Path.of("")))) {
 *     … gateway.url() …
 * }
 * }</pre>
 */
public final class Caravan implements AutoCloseable {

    /** How long calls that were stopped have to say so. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration CONNECTIONS_END = Duration.ofSeconds(5);

    private final Main main;
    private final StartGate gate;
    private final GatewaySettings settings;

    private Caravan(Main main, StartGate gate, GatewaySettings settings) {
        this.main = main;
        this.gate = gate;
        this.settings = settings;
    }

    /**
     * Starts a gateway; it serves when this returns. Whoever starts it closes it.
     *
     * @throws StartFailure if it cannot be started, with a message for whoever runs it
     */
    public static Caravan start(GatewaySettings settings) {
        StartGate gate = new StartGate(settings.limits().workers());
        Main main = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                CamelContext context = new DefaultCamelContext(gate);
                context.setApplicationContextClassLoader(
                        LibraryJars.over(Caravan.class.getClassLoader(), settings.workingDirectory()));
                return context;
            }
        };
        Caravan caravan = new Caravan(main, gate, settings);
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(properties(settings));
        GatewayBeans.bind(gate::bind, settings, main::getCamelContext);
        try {
            main.init();
            main.getCamelContext().getCamelContextExtension().getContextPlugin(Model.class)
                    .addModelLifecycleStrategy(gate.lookupByNameAndType("pageRules", PageRules.class));
            main.getCamelContext().addService(gate.lookupByNameAndType("callWatch", CallWatch.class));
            UpstreamRoutes.add(main.getCamelContext(), settings.backends());
            UpstreamRoutes.requireTransformers(main.getCamelContext(), settings.transformers().values());
            main.start();
            gate.open();
        } catch (Exception e) {
            caravan.close();
            throw new StartFailure(e);
        }
        return caravan;
    }

    /** The port served, also where any free one was asked for. */
    public int port() {
        return gate.port();
    }

    /** The address served, without a path. */
    public URI url() {
        return URI.create("http://" + inBrackets(settings.host()) + ":" + port());
    }

    /** An IPv6 address stands in brackets; whatever else, or has them, as it is. */
    private static String inBrackets(String host) {
        if (host.contains(":") && !host.startsWith("[")) {
            return "[" + host + "]";
        }
        return host;
    }

    /** The Camel context it runs in; it is the gateway's to stop. */
    public CamelContext context() {
        return main.getCamelContext();
    }

    /**
     * Stops serving, as SIGTERM asks for (ledger 8.5): new requests are turned away at once, those under way have
     * {@code limit} to end and then get an error. Blocks until all have; {@link #close} is the next step, and no longer
     * waits for what has not ended even then. Harmless if repeated.
     */
    public void drain(Duration limit) {
        OpenCalls open = gate.lookupByNameAndType("openCalls", OpenCalls.class);
        gate.drain();
        try {
            if (!open.awaitNone(limit)) {
                open.stopAll();
                open.awaitNone(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context().getShutdownStrategy().setTimeout(LAST_WORDS.toSeconds());
    }

    /** Stops serving; requests in flight have Camel's shutdown time-out to end. */
    @Override
    public void close() {
        TokenCounts counts = gate.lookupByNameAndType("tokenCounts", TokenCounts.class);
        main.stop();
        main.shutdown();
        counts.close();
        gate.close(CONNECTIONS_END);
    }

    /** The version this jar was built as. */
    public static String version() {
        return Version.of();
    }

    private static Properties properties(GatewaySettings settings) {
        Properties properties = new Properties();
        properties.put("camel.main.routes-include-pattern", RouteFiles.pattern(settings.workingDirectory()));
        properties.putAll(settings.camelProperties());
        properties.put("camel.server.port", String.valueOf(settings.port()));
        properties.put("camel.server.host", settings.host());
        long connectMillis = settings.stream().connectTimeout().toMillis();
        for (String component : new String[] {"http", "https"}) {
            properties.put("camel.component." + component + ".connect-timeout", String.valueOf(connectMillis));
            properties.put("camel.component." + component + ".http-client-configurer", "#bean:upstreamClient");
        }
        if (settings.outgoing().caFile() != null) {
            properties.put("camel.component.https.ssl-context-parameters", "#bean:upstreamTls");
        }
        UpstreamRoutes.put(properties, settings.backends());
        return properties;
    }

    /** The gateway could not be started. The message is the innermost cause's, in one line. */
    public static final class StartFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** @param message for whoever runs the gateway, in one line */
        public StartFailure(String message) {
            super(message);
        }

        private StartFailure(Throwable cause) {
            super(innermost(cause), cause);
        }

        private static String innermost(Throwable cause) {
            Throwable root = cause;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return Objects.requireNonNullElse(root.getMessage(), root.toString()).lines().findFirst().orElse("");
        }
    }
}
