/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.call.OpenCalls;
import io.caravan.client.StartGate;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.camel.CamelContext;

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

    private final StartGate gate;
    private final GatewaySettings settings;
    private final ServingRoutes routes;

    private Caravan(GatewaySettings settings) {
        this.settings = settings;
        this.gate = new StartGate(settings.limits().workers());
        this.routes = new ServingRoutes(gate, settings);
    }

    /**
     * Starts a gateway; it serves when this returns. Whoever starts it closes it.
     *
     * @throws StartFailure if it cannot be started, with a message for whoever runs it
     */
    public static Caravan start(GatewaySettings settings) {
        Caravan caravan = new Caravan(settings);
        try {
            caravan.routes.start();
            caravan.gate.open();
        } catch (Exception e) {
            caravan.close();
            throw new StartFailure(e);
        }
        return caravan;
    }

    /**
     * Tries the route pages without serving anything, as a running gateway does with an edit.
     *
     * @return what is wrong with them: file, line and reason; empty if they can be served
     */
    public static List<String> checkRoutes(GatewaySettings settings) {
        Caravan caravan = new Caravan(settings);
        try {
            return caravan.routes.faults();
        } finally {
            caravan.close();
        }
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

    /** The Camel context of the route pages that serve now, another after an edit of one; it is the gateway's to stop. */
    public CamelContext context() {
        return routes.context();
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
        routes.waitNoLonger(LAST_WORDS);
    }

    /** Stops serving; requests in flight have Camel's shutdown time-out to end. */
    @Override
    public void close() {
        TokenCounts counts = gate.lookupByNameAndType("tokenCounts", TokenCounts.class);
        routes.stop();
        counts.close();
        gate.close(CONNECTIONS_END);
    }

    /** The version this jar was built as. */
    public static String version() {
        return Version.of();
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
