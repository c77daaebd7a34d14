/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What Camel offers to those who run routes, by one property each. */
@DisplayName("Camel's own tools")
class ToolingTest {

    @Test
    void aServerForManagementDoesNotHideTheGatewaysPort() throws IOException {
        int management = freePort();
        try (Gateway gateway = Gateway.start("ANTHROPIC", "camel.management.enabled=true", "camel.management.port=" + management)) {
            assertNotEquals(management, gateway.url().getPort());
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertEquals(404, get(gateway, URI.create("http://127.0.0.1:" + management + "/v1/models")).statusCode());
        }
    }

    @Test
    void metersOfRoutesStandBesideTheGatewaysAlsoBehindAnEdit() throws IOException {
        try (Gateway gateway = Gateway.start("ANTHROPIC", "camel.metrics.enabled=true")) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertHasMeterOfMessages(gateway);

            Path routes = Files.createDirectory(gateway.directory().resolve("routes"));
            Files.writeString(routes.resolve("messages.camel.yaml"),
                    Files.readString(Path.of("src/main/resources/routes/messages.camel.yaml")) + "# edited\n");
            CamelContext before = gateway.context();
            await().atMost(Gateway.PATIENCE).until(() -> gateway.context() != before);
            await().atMost(Gateway.PATIENCE).until(() -> before.getRoutes().isEmpty());
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertHasMeterOfMessages(gateway);
        }
    }

    private static void assertHasMeterOfMessages(Gateway gateway) {
        String metrics = get(gateway, gateway.url().resolve("/metrics")).body();
        assertTrue(metrics.lines().anyMatch(line -> line.startsWith("camel_route_policy") && line.contains("routeId=\"messages\"")),
                metrics);
    }

    private static HttpResponse<String> get(Gateway gateway, URI url) {
        return gateway.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
