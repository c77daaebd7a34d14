/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.LogsTest.Running;
import io.caravan.it.OutgoingProxyTest.SmallProxy;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A unique secret in every credential slot, every fault at TRACE, and not one of them anywhere. */
class SecurityCanaryTest {

    private static final String CLIENT = "canary-client-7f1a01";
    private static final String ADMIN = "canary-admin-7f1a02";
    private static final String DATABRICKS = "canary-databricks-7f1a03";
    private static final String OPENROUTER = "canary-openrouter-7f1a04";
    private static final String LITELLM = "canary-litellm-7f1a05";
    private static final String ANTHROPIC = "canary-anthropic-7f1a06";
    private static final String PROXY = "canary-proxy-7f1a07";
    private static final String GUESS = "canary-guess-7f1a08";

    private static final String[] FAULTS = {"", "status=400", "status=401", "status=403", "status=404", "status=429", "status=500", "status=529",
        "html=503", "html-200", "redirect", "empty", "cut-json", "cut-json-reset", "json-for-stream", "sse-for-json", "reset-before-headers",
        "reset-after-headers", "error-first=overloaded_error", "error-mid=api_error", "reset-mid", "eof-mid", "bad-json-frame",
        "extra-input=metadata", "unexpected-beta=x-1", "nonsense"};

    @TempDir
    Path directory;

    private static List<String> canaries() {
        List<String> all = new ArrayList<>();
        for (String secret : new String[] {CLIENT, ADMIN, DATABRICKS, OPENROUTER, LITELLM, ANTHROPIC, PROXY, GUESS}) {
            all.add(secret);
            for (String user : new String[] {"", "token:", "user:"}) {
                byte[] bytes = (user + secret).getBytes(StandardCharsets.UTF_8);
                all.add(Base64.getEncoder().withoutPadding().encodeToString(bytes).substring(user.isEmpty() ? 0 : 8));
            }
        }
        return all;
    }

    @Test
    @Timeout(180)
    void noSecretIsInAnyLogMeterBodyOrHeader() throws Exception {
        try (Simulator upstream = Simulator.start(); SmallProxy proxy = new SmallProxy("user:" + PROXY);
                Running gateway = Running.start(directory, upstream, "LOG_LEVEL=TRACE", "LOG_LIBRARIES=true", "PROXY_STREAM_SILENCE=3s", "API_TIMEOUT_MS=5000", "PROXY_BREAKER_THRESHOLD=1000", "PROXY_API_KEYS=" + CLIENT, "PROXY_ADMIN_KEY=" + ADMIN,
                        "DATABRICKS_TOKEN=" + DATABRICKS, "OPENROUTER_API_KEY=" + OPENROUTER, "OPENROUTER_API_BASE=" + upstream.url() + "/api/v1",
                        "LITELLM_API_KEY=" + LITELLM, "ANTHROPIC_UPSTREAM_KEY=" + ANTHROPIC, "PROXY_URL=http://user:" + PROXY + "@127.0.0.1:" + proxy.port())) {
            StringBuilder seen = new StringBuilder();
            for (String fault : FAULTS) {
                for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                    note(seen, gateway, request.replace(Gateway.MODEL, fault.isEmpty() ? Gateway.MODEL : "databricks-x!" + fault));
                }
            }
            for (int status : new int[] {400, 401, 404, 413, 429, 500}) {
                echo(upstream, status);
                note(seen, gateway, Gateway.PLAIN);
                note(seen, gateway, Gateway.STREAM);
            }
            seen.append(answer(gateway.post(Gateway.PLAIN, "x-api-key", GUESS)));
            seen.append(answer(gateway.post("{", "authorization", "Bearer " + CLIENT)));
            seen.append(answer(gateway.post(Gateway.PLAIN, "authorization", "Basic " + GUESS)));
            seen.append(metrics(gateway));
            assertTrue(upstream.requests().size() > 2 * FAULTS.length, "the faults were asked for");
            gateway.close();
            check("answers", seen.toString());
            checkFiles();
        }
    }

    private static void note(StringBuilder seen, Running gateway, String request) {
        try {
            seen.append(answer(gateway.post(request, "x-api-key", CLIENT, "anthropic-beta", "x-1")));
        } catch (java.io.UncheckedIOException brokenOff) {
            seen.append(brokenOff);
        }
    }

    /** An upstream that repeats in every place what it was sent. */
    private static void echo(Simulator upstream, int status) {
        upstream.respondWith((request, reply) -> {
            String authorization = request.header("authorization").replaceFirst("\\S+ ", "");
            String token = request.header("authorization").startsWith("Basic ") ? DATABRICKS : authorization;
            reply.status(status).header("content-type", "application/json").header("x-echo", authorization).header("set-cookie", token)
                    .header("request-id", "req_1");
            reply.send(("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"bad " + token + " or " + authorization
                    + "\"},\"key\":\"" + token + "\"}").getBytes(StandardCharsets.UTF_8));
            return true;
        });
    }

    private static String answer(HttpResponse<String> response) {
        return response.statusCode() + " " + response.headers().map() + "\n" + response.body() + "\n";
    }

    private static String metrics(Running gateway) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.url().resolve("/metrics")).header("x-api-key", ADMIN).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        return answer(response);
    }

    private void checkFiles() throws IOException {
        await().until(() -> Files.exists(directory.resolve("logs/server.log")));
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        boolean traced = false;
        for (Path file : files) {
            String text = Files.readString(file);
            traced |= text.contains("\"level\":\"TRACE\"") || text.contains("\"level\":\"DEBUG\"");
            check(file.getFileName().toString(), text);
        }
        assertTrue(traced, "TRACE was on");
    }

    private static void check(String where, String text) {
        for (String canary : canaries()) {
            int at = text.indexOf(canary);
            assertFalse(at >= 0, () -> where + ": " + text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100)));
        }
    }
}
