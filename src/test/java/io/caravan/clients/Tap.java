/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.it.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Stands between a client and a gateway, passes every byte on at once and keeps what the gateway answered. */
final class Tap implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern NEXT_HEAD = Pattern.compile("(?=HTTP/1\\.1 \\d{3} )");

    /**
     * One answer, head and body.
     *
     * @param text as it came over the wire
     */
    record Answer(String text) {

        int status() {
            return Integer.parseInt(text.substring(9, 12));
        }

        /** A header's value, or null. */
        String header(String name) {
            Matcher header = Pattern.compile("(?im)^" + name + ": *(.*)$").matcher(head());
            return header.find() ? header.group(1) : null;
        }

        /** The body of an answer that has a content-length. */
        JsonNode json() {
            try {
                return MAPPER.readTree(text.substring(head().length()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(text, e);
            }
        }

        private String head() {
            return text.substring(0, text.indexOf("\r\n\r\n") + 4);
        }
    }

    private final Gateway gateway;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<ByteArrayOutputStream> connections = new ConcurrentLinkedQueue<>();

    private Tap(Gateway gateway) throws IOException {
        this.gateway = gateway;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static Tap before(Gateway gateway) throws IOException {
        Tap tap = new Tap(gateway);
        tap.threads.execute(tap::acceptAll);
        return tap;
    }

    /** Where the client is to send its requests. */
    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Everything answered so far; in order if there was one connection at a time. */
    List<Answer> answers() {
        return connections.stream().flatMap(Tap::answersOf).toList();
    }

    private static Stream<Answer> answersOf(ByteArrayOutputStream connection) {
        String text = connection.toString(StandardCharsets.UTF_8);
        return text.isEmpty() ? Stream.empty() : NEXT_HEAD.splitAsStream(text).map(Answer::new);
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket upstream = new Socket(gateway.url().getHost(), gateway.url().getPort());
                ByteArrayOutputStream kept = new ByteArrayOutputStream();
                connections.add(kept);
                threads.execute(() -> pass(client, upstream, OutputStream.nullOutputStream()));
                threads.execute(() -> pass(upstream, client, kept));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void pass(Socket from, Socket to, OutputStream copy) {
        try (from; to) {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                copy.write(buffer, 0, read);
                to.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException gone) {
            // either side may leave at any time; the other is closed with it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
