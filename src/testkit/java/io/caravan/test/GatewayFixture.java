/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.test;

import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Responder;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/**
 * A real gateway in this process, on a free port, in front of a {@link Simulator} that plays every upstream. It works in a
 * directory of its own and has the settings it is given and no others: none of the process's environment. Costs about a second
 * to start: one a test class, which {@link CaravanTest} does.
 *
 * <pre>{@code
 * try (GatewayFixture gateway = GatewayFixture.start("AZURE_DATABRICKS", "DATABRICKS_TIMEOUT=500ms")) {
 *     gateway.upstream((request, reply) -> { … return true; });
 *     HttpResponse<String> answer = gateway.post(GatewayFixture.STREAM);
 * }
 * }</pre>
 */
public class GatewayFixture implements AutoCloseable {

    /** The model of the requests below. */
    public static final String MODEL = "claude-sonnet-4-5";
    /** A request for a JSON answer. */
    public static final String PLAIN = "{\"model\":\"" + MODEL
            + "\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}]}";
    /** The same request for an event stream. */
    public static final String STREAM = "{\"model\":\"" + MODEL
            + "\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}],\"stream\":true}";
    /** The credential that the upstream is to see. */
    public static final String UPSTREAM_KEY = "sk-upstream-0123456789";
    /** Nothing takes longer unless it hangs. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Simulator simulator;
    private final Path directory;
    private final Caravan caravan;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @see #start */
    protected GatewayFixture(String backend, List<String> settings) {
        simulator = Simulator.start();
        try {
            directory = Files.createTempDirectory("caravan-test");
            caravan = Caravan.start(GatewaySettings.read(environment(backend, settings), directory));
        } catch (IOException e) {
            simulator.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            simulator.close();
            throw e;
        }
    }

    /**
     * Starts a gateway with a simulator of its own.
     *
     * @param backend  a value of PROXY_BACKEND, or DATABRICKS_INVOCATIONS, DATABRICKS_GATEWAY or OPENROUTER_CHAT for the other ways
     *                 to speak to them
     * @param settings more settings, each {@code NAME=value}; they win over those this class makes, an empty value
     *                 unsets one; those of {@code camel.} are written to the application.properties, one named
     *                 {@code routes/…} or {@code ….yaml} becomes that file in the working directory, where
     *                 {@code ${SIMULATOR}} is the simulator's URL
     * @throws Caravan.StartFailure                                if it cannot be started
     * @throws io.caravan.settings.value.SettingsException if a setting is wrong
     */
    public static GatewayFixture start(String backend, String... settings) {
        return new GatewayFixture(backend, List.of(settings));
    }

    /** Writes what of the settings belongs into files. */
    private Map<String, String> environment(String backend, List<String> settings) throws IOException {
        String upstream = simulator.url().toString();
        Map<String, String> environment = environment(backend, upstream);
        environment.put("LOG_DIR", directory.toString());
        Files.write(directory.resolve("application.properties"),
                settings.stream().filter(setting -> setting.startsWith("camel.")).toList());
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            String name = setting.substring(0, equals);
            String value = setting.substring(equals + 1);
            if (name.startsWith("routes/") || name.endsWith(".yaml")) {
                Path file = directory.resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, value);
            } else {
                environment.put(name, value);
            }
        }
        environment.putIfAbsent("SIMULATOR", upstream);
        return environment;
    }

    private static Map<String, String> environment(String backend, String upstream) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PORT", "0");
        environment.put("PROXY_BACKEND", switch (backend) {
            case "DATABRICKS_INVOCATIONS", "DATABRICKS_GATEWAY" -> "AZURE_DATABRICKS";
            case "OPENROUTER_CHAT" -> "OPENROUTER";
            default -> backend;
        });
        environment.put("DATABRICKS_API", switch (backend) {
            case "DATABRICKS_INVOCATIONS" -> "invocations";
            case "DATABRICKS_GATEWAY" -> "gateway";
            default -> "native";
        });
        environment.put("OPENROUTER_API", backend.equals("OPENROUTER_CHAT") ? "chat" : "messages");
        environment.put("BYPASS_FALLBACK_ENABLED", "false");
        environment.put("PROXY_BREAKER_THRESHOLD", "1000");
        environment.put("DATABRICKS_MAX_RETRIES", "0");
        environment.put("DATABRICKS_HOST", upstream);
        environment.put("DATABRICKS_TOKEN", UPSTREAM_KEY);
        environment.put("OPENROUTER_API_BASE", upstream + "/api/v1");
        environment.put("OPENROUTER_API_KEY", UPSTREAM_KEY);
        environment.put("LITELLM_BASE_URL", upstream);
        environment.put("LITELLM_API_KEY", UPSTREAM_KEY);
        environment.put("ANTHROPIC_UPSTREAM_URL", upstream);
        environment.put("ANTHROPIC_UPSTREAM_KEY", UPSTREAM_KEY);
        return environment;
    }

    /** The address served, without a path. */
    public URI url() {
        return caravan.url();
    }

    /** What plays the upstreams. */
    public Simulator simulator() {
        return simulator;
    }

    /** The Camel context of the pages that serve now. */
    public CamelContext context() {
        return caravan.context();
    }

    /** The gateway's working directory. */
    public Path directory() {
        return directory;
    }

    /** Forgets what the upstream saw and lets {@code responder} answer from now on; null for the simulator's own answers. */
    public void upstream(Responder responder) {
        simulator.clear();
        simulator.respondWith(responder);
    }

    /** The oldest request the upstream received and nobody took yet. */
    public RecordedRequest received() {
        try {
            return simulator.take(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A {@code POST /v1/messages} to be completed. */
    public HttpRequest.Builder request(byte[] body) {
        return HttpRequest.newBuilder(url().resolve("/v1/messages")).timeout(PATIENCE)
                .header("content-type", "application/json").header("anthropic-version", "2023-06-01")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /** Posts an OpenAI client's body to {@code /v1/chat/completions}. */
    public HttpResponse<String> chat(String json) {
        return send(HttpRequest.newBuilder(url().resolve("/v1/chat/completions")).timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a body to {@code /v1/messages}; {@code headers} are names and values in turn. */
    public HttpResponse<String> post(String json, String... headers) {
        HttpRequest.Builder request = request(json.getBytes(StandardCharsets.UTF_8));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a body to {@code /v1/messages}, for an answer to be compared byte by byte. */
    public byte[] postForBytes(byte[] json) {
        return send(request(json).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    /** Sends any request to the gateway, on kept-alive connections. */
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops serving as SIGTERM does; blocks until all that is open has ended. */
    public void drain(Duration limit) {
        caravan.drain(limit);
    }

    /** Ends the simulator first, so that no stream of a failed test holds the gateway open. */
    @Override
    public void close() {
        simulator.close();
        caravan.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
