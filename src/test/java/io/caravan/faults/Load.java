/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import io.caravan.it.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * Many clients at once, each sending one Messages request after the other on kept-alive connections. Every request has
 * a marker of its own in its text, which the simulator repeats. One load at a time.
 */
public final class Load implements AutoCloseable {

    /** What every marker begins with; a number of eight digits and a dot follow. */
    public static final String MARKER = "marker-";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private enum Form { PLAIN, STREAM, LEAVE }

    private final Gateway gateway;
    private final int clients;
    private final ExecutorService threads;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong markers = new AtomicLong();

    public Load(Gateway gateway, int clients) {
        this.gateway = gateway;
        this.clients = clients;
        this.threads = Executors.newFixedThreadPool(clients);
    }

    /** Every other request streams; runs for so long, and to the end of the last answer. */
    public Tally mixed(Duration length) {
        return until(length, Load::mixed);
    }

    /** So many, of which every other streams. */
    public Tally mixed(int count) {
        return times(count, Load::mixed, number -> new String[0]);
    }

    /** Streams alone. */
    public Tally streams(Duration length) {
        return until(length, number -> Form.STREAM);
    }

    /** As {@link #mixed}, but every fourth client leaves when its stream has begun. */
    public Tally leaving(Duration length) {
        return until(length, number -> number % 4 == 0 ? Form.LEAVE : mixed(number));
    }

    /** So many plain requests; {@code headers} gives names and values for the request of a number from 0. */
    public Tally plain(int count, LongFunction<String[]> headers) {
        long first = markers.get();
        return times(count, number -> Form.PLAIN, number -> headers.apply(number - first));
    }

    public Tally plain(int count) {
        return plain(count, number -> new String[0]);
    }

    private static Form mixed(long number) {
        return number % 2 == 0 ? Form.PLAIN : Form.STREAM;
    }

    private Tally times(int count, LongFunction<Form> form, LongFunction<String[]> headers) {
        AtomicLong next = new AtomicLong();
        return run(() -> next.getAndIncrement() < count, form, headers);
    }

    private Tally until(Duration length, LongFunction<Form> form) {
        long end = System.nanoTime() + length.toNanos();
        return run(() -> System.nanoTime() < end, form, number -> new String[0]);
    }

    private Tally run(BooleanSupplier more, LongFunction<Form> form, LongFunction<String[]> headers) {
        Tally tally = new Tally();
        List<Callable<Void>> loops = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            loops.add(() -> {
                while (more.getAsBoolean()) {
                    long number = markers.getAndIncrement();
                    tally.begin();
                    tally.add(request(number, form.apply(number), headers.apply(number)));
                }
                return null;
            });
        }
        try {
            for (Future<Void> loop : threads.invokeAll(loops)) {
                loop.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return tally;
    }

    private Seen request(long number, Form form, String[] headers) throws InterruptedException {
        String marker = String.format("%s%08d.", MARKER, number);
        String body = (form == Form.PLAIN ? Gateway.PLAIN : Gateway.STREAM).replace("say hi", marker);
        HttpRequest.Builder request = gateway.request(body.getBytes(StandardCharsets.UTF_8)).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            if (form == Form.LEAVE) {
                return leave(request.build());
            }
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return Seen.of(answer, form == Form.STREAM, marker);
        } catch (IOException | UncheckedIOException e) {
            return Seen.wrong("cut off", marker + " " + e);
        }
    }

    private Seen leave(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            return in.read() < 0 ? Seen.wrong("an empty answer", "") : new Seen(Seen.Kind.LEFT, "" + answer.statusCode());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
