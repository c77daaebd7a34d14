/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Case E58: the port is open before the routes are there, and still when they go. */
class StartGateTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final StartGate gate = new StartGate(2);
    private final DefaultCamelContext context = new DefaultCamelContext(gate);

    @BeforeEach
    void serve() throws Exception {
        VertxPlatformHttpServerConfiguration server = new VertxPlatformHttpServerConfiguration();
        server.setBindHost("127.0.0.1");
        server.setBindPort(0);
        context.addService(new VertxPlatformHttpServer(server));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/v1/messages").setBody(constant("served"));
            }
        });
        context.start();
    }

    @AfterEach
    void close() throws IOException {
        context.close();
        gate.close(Duration.ofSeconds(5));
    }

    @Test
    void beforeItIsOpenEveryPathIsToBeAskedAgainAfterASecond() throws Exception {
        assertRefused("/v1/messages", "1", "/error/message", "The gateway is starting.");
        assertRefused("/v1/chat/completions", "1", "/error/type", "server_error");
        assertRefused("/no/such/path", "1", "/type", "error");
        assertRefused("/health", "1", "/status", "degraded");
        gate.open();
        assertEquals("served", ask("/v1/messages").body());
    }

    @Test
    void whenItDrainsEveryPathIsToBeAskedAgainButTheProbe() throws Exception {
        gate.open();
        gate.drain();
        assertRefused("/v1/messages", "2", "/error/type", "api_error");
        assertRefused("/health", "2", "/status", "degraded");
        assertEquals(200, ask("/health/live").statusCode());
    }

    private void assertRefused(String path, String retryAfter, String pointer, String text) throws Exception {
        HttpResponse<String> answer = ask(path);
        assertEquals(503, answer.statusCode());
        assertEquals(retryAfter, answer.headers().firstValue("retry-after").orElseThrow());
        assertTrue(answer.headers().firstValue("content-type").orElseThrow().startsWith("application/json"));
        assertEquals(text, Json.MAPPER.readTree(answer.body()).at(pointer).asText(), answer.body());
    }

    private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + gate.port() + path);
        return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
}
