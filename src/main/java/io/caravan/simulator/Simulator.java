/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A simulated upstream on the loopback interface, all dialects at once, told apart by path:
 *
 * <table>
 *   <caption>Paths</caption>
 *   <tr><td>Databricks, native</td><td>{@code POST /serving-endpoints/anthropic/v1/messages}</td></tr>
 *   <tr><td>Databricks' own gateway</td><td>{@code POST /ai-gateway/anthropic/v1/messages}; Bearer alone, names of Unity
 *       Catalog too</td></tr>
 *   <tr><td>Databricks, chat</td><td>{@code POST /serving-endpoints/{endpoint}/invocations},
 *       {@code /serving-endpoints/chat/completions}; {@code GET /api/2.0/serving-endpoints};
 *       {@code POST /oidc/v1/token}</td></tr>
 *   <tr><td>OpenRouter</td><td>{@code POST /api/v1/messages}, {@code /api/v1/chat/completions};
 *       {@code GET /api/v1/models}</td></tr>
 *   <tr><td>Anthropic, LiteLLM</td><td>{@code POST /v1/messages}, {@code /v1/messages/count_tokens},
 *       {@code /v1/chat/completions}, {@code /chat/completions}; {@code GET /v1/models}</td></tr>
 * </table>
 *
 * <p>Safe for use by several threads. Its threads are daemons.
 */
public final class Simulator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
    private static final int BACKLOG = 1024;

    private final ServerSocket server;
    private final Dispatcher dispatcher;
    private final RequestLog log;
    private final AtomicLong threads = new AtomicLong();
    private final ExecutorService executor;
    private final CountDownLatch acceptorGone = new CountDownLatch(1);
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private volatile Responder responder;

    private Simulator(SimulatorOptions options) throws IOException {
        server = new ServerSocket(options.port(), BACKLOG, InetAddress.getLoopbackAddress());
        dispatcher = new Dispatcher(options);
        log = new RequestLog(options.recordLimit());
        executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "simulator-" + server.getLocalPort() + "-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts one with {@link SimulatorOptions#defaults()}. */
    public static Simulator start() {
        return start(SimulatorOptions.defaults());
    }

    /**
     * Starts one; it accepts connections when this returns.
     *
     * @throws UncheckedIOException if the port is taken
     */
    public static Simulator start(SimulatorOptions options) {
        try {
            Simulator simulator = new Simulator(options);
            simulator.executor.execute(() -> {
                simulator.acceptAll();
                simulator.acceptorGone.countDown();
            });
            return simulator;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** {@code http://127.0.0.1:PORT}, without a path. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** The newest requests in the order they were read to their end, at most {@code recordLimit}. */
    public List<RecordedRequest> requests() {
        return log.all();
    }

    /**
     * The oldest recorded request not taken before; waits for one.
     *
     * @throws IllegalStateException if none comes in that time
     */
    public RecordedRequest take(Duration atMost) throws InterruptedException {
        return log.take(atMost);
    }

    /** Forgets the recorded requests and how often {@code times=} faults have struck. */
    public void clear() {
        log.clear();
        dispatcher.clear();
    }

    /** Lets this responder see each request first; null for none. Requests in service are not affected. */
    public void respondWith(Responder value) {
        responder = value;
    }

    /** How often a token has been asked for at {@code /oidc/v1/token}, refused or not. */
    public int tokenRequests() {
        return dispatcher.tokens().requests();
    }

    /** Makes every token fetched so far worth nothing: the next request with one is a 401. */
    public void revokeTokens() {
        dispatcher.tokens().revoke();
    }

    /** Client sockets that are open as far as this side can see. */
    public int openConnections() {
        return sessions.size();
    }

    /** Requests that are being answered and whose client is still there; falls as soon as the client closes. */
    public int activeRequests() {
        return (int) sessions.stream().filter(Session::isServing).count();
    }

    /** Stops listening and closes every connection; when this returns, connections are refused. */
    @Override
    public void close() {
        try {
            server.close();
            // Until the accept under way has returned, the kernel still takes connections for it.
            acceptorGone.await(2, TimeUnit.SECONDS);
            for (Session session : sessions) {
                session.close();
            }
        } catch (IOException e) {
            LOG.debug("closing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Session session = new Session(server.accept());
                sessions.add(session);
                executor.execute(session);
                if (server.isClosed()) {
                    session.close();
                }
            } catch (IOException | RejectedExecutionException e) {
                LOG.debug("not accepted: {}", e.toString());
            }
        }
    }

    /** One connection, served until either side ends it. */
    private final class Session implements Runnable {

        private final Connection connection;
        private volatile boolean serving;

        Session(Socket socket) throws IOException {
            connection = new Connection(socket, () -> sessions.remove(this));
        }

        boolean isServing() {
            return serving;
        }

        void close() throws IOException {
            connection.close();
        }

        @Override
        public void run() {
            try (connection) {
                RequestReader reader = new RequestReader(connection);
                boolean goesOn = true;
                while (goesOn) {
                    RecordedRequest request = reader.next();
                    goesOn = request != null && serve(request) && reader.keepAlive();
                }
            } catch (IOException e) {
                LOG.debug("connection ended: {}", e.toString());
            } catch (Exception e) {
                LOG.warn("connection broken", e);
            }
        }

        private boolean serve(RecordedRequest request) throws Exception {
            serving = true;
            try {
                log.add(request);
                Reply reply = new Reply(connection, request.method().equals("HEAD"));
                Responder first = responder;
                if (first == null || !handledBy(first, request, reply)) {
                    dispatcher.answer(request, reply);
                }
                return reply.finish();
            } finally {
                serving = false;
            }
        }

        private boolean handledBy(Responder first, RecordedRequest request, Reply reply) throws Exception {
            connection.watch(executor);
            try {
                return first.handle(request, reply);
            } finally {
                connection.unwatch();
            }
        }
    }
}
