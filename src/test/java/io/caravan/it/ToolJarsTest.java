/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.tools.attach.VirtualMachine;
import io.caravan.it.LogsTest.Running;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Camel's tools whose jars lie in lib.d, as docs/routes.md lists them, in a gateway of its own process and home. */
@DisplayName("Camel's tools from lib.d")
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ToolJarsTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @TempDir
    private static Path work;
    private static Simulator upstream;
    private static Running gateway;
    private static int management;

    @BeforeAll
    static void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            management = free.getLocalPort();
        }
        Path jars = Files.createDirectory(work.resolve("lib.d"));
        try (Stream<Path> tools = Files.list(Path.of("target/tools"))) {
            for (Path jar : tools.toList()) {
                Files.copy(jar, jars.resolve(jar.getFileName()));
            }
        }
        Files.write(work.resolve("application.properties"), List.of("camel.management.enabled=true",
                "camel.management.host=127.0.0.1", "camel.management.port=" + management,
                "camel.management.health-check-enabled=true", "camel.management.dev-console-enabled=true",
                "camel.main.dev-console-enabled=true", "camel.opentelemetry2.enabled=true"));
        upstream = Simulator.start();
        gateway = Running.start(work, upstream, "JAVA_TOOL_OPTIONS=-Duser.home=" + Files.createDirectory(work.resolve("home")),
                "OTEL_JAVA_GLOBAL_AUTOCONFIGURE_ENABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none",
                "OTEL_LOGS_EXPORTER=none");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static HttpResponse<String> managed(String path) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @Order(1)
    void healthIsUp() throws Exception {
        assertEquals(200, managed("/observe/health").statusCode());
        assertEquals("{\"status\":\"UP\"}", managed("/observe/health/live").body().replaceAll("\\s", ""));
    }

    @Test
    @Order(2)
    void theConsoleShowsTheBreaker() throws Exception {
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        String shown = managed("/q/dev/resilience4j").body();
        assertTrue(shown.contains("upstream-databricks/databricks-breaker: CLOSED"), shown);
    }

    @Test
    @Order(2)
    void jmxShowsTheBreaker() throws Exception {
        VirtualMachine process = VirtualMachine.attach(String.valueOf(gateway.process().pid()));
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(process.startLocalManagementAgent()))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            ObjectName breaker = beans.queryNames(new ObjectName("org.apache.camel:type=processors,name=\"databricks-breaker\",*"), null)
                    .iterator().next();
            assertEquals("CLOSED", beans.getAttribute(breaker, "CircuitBreakerState"));
        } finally {
            process.detach();
        }
    }

    @Test
    @Order(2)
    void theCliSeesTheProcess() {
        Path status = work.resolve("home/.camel/" + gateway.process().pid() + "-status.json");
        JsonNode told = await().atMost(Gateway.PATIENCE).ignoreExceptions().until(() -> FaultsRequestTest.json(Files.readString(status)),
                json -> json.findValuesAsText("routeId").contains("messages"));
        assertEquals("caravan", told.at("/context/name").asText(), told::toString);
    }

    @Test
    @Order(2)
    void theTracersSpanReachesTheUpstream() {
        assertTraced();
    }

    private static void assertTraced() {
        upstream.clear();
        for (String body : List.of(Gateway.PLAIN, Gateway.STREAM)) {
            assertEquals(200, gateway.post(body, "traceparent", "00-" + TRACE + "-" + SPAN + "-01", "tracestate", "a=b").statusCode());
        }
        upstream.requests().forEach(request -> {
            String[] sent = request.header("traceparent").split("-");
            assertEquals(TRACE, sent[1]);
            assertNotEquals(SPAN, sent[2]);
            assertEquals(1, request.headers("traceparent").size());
            assertEquals("a=b", request.header("tracestate"));
        });
        assertEquals(2, upstream.requests().size());

        upstream.clear();
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        assertTrue(upstream.requests().get(0).header("traceparent").matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    }

    @Test
    @Order(3)
    void anEditLeavesThemAsTheyWere() throws Exception {
        Path routes = Files.createDirectory(work.resolve("routes"));
        Files.writeString(routes.resolve("messages.camel.yaml"),
                Files.readString(Path.of("src/main/resources/routes/messages.camel.yaml")) + "# edited\n");
        await().atMost(Gateway.PATIENCE).until(() -> Files.readString(gateway.console()).contains("was edited and serves"));
        assertTraced();
        await().atMost(Gateway.PATIENCE).until(() -> managed("/observe/health").statusCode() == 200); // routes are being stopped
        assertTrue(Files.exists(work.resolve("home/.camel/" + gateway.process().pid() + "-status.json")));
    }
}
