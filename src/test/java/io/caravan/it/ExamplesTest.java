/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes of docs/extending.md, as they lie under examples/. */
@Timeout(120)
class ExamplesTest {

    private static final String SECOND_KEY = "sk-second-0123456789";

    private static Gateway start(String example, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        try (Stream<Path> pages = Files.list(Path.of("examples", example, "routes"))) {
            for (Path page : pages.toList()) {
                all.add("routes/" + page.getFileName() + "=" + Files.readString(page));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Gateway.start("AZURE_DATABRICKS", all.toArray(String[]::new));
    }

    private static RecordedRequest served(Gateway gateway, String body, String... headers) {
        HttpResponse<String> answer = gateway.post(body, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return gateway.received();
    }

    private static String target(Gateway gateway, String body, String... headers) {
        return served(gateway, body, headers).target();
    }

    @Test
    void theyAreAllInTheBook() throws IOException {
        String book = Files.readString(Path.of("docs/extending.md"));
        Set<String> named = Pattern.compile("`examples/([a-z-]+)`").matcher(book).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> all = Files.list(Path.of("examples"))) {
            assertEquals(all.filter(example -> Files.isDirectory(example.resolve("routes")))
                    .map(example -> example.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)), named);
        }
    }

    @Test
    void log() {
        try (LoggedLines lines = LoggedLines.of("io.caravan.routes"); Gateway gateway = start("log")) {
            RecordedRequest served = served(gateway, Gateway.PLAIN, "x-claude-code-session-id", "s1");
            Awaitility.await().untilAsserted(() -> assertEquals(2, lines.byCall().size(), lines.byCall()::toString));
            String call = "io.caravan.routes.messages " + served.header("x-correlation-id");
            assertTrue(lines.byCall().get(0).startsWith(call + " asked for claude-sonnet-4-5"), lines.byCall()::toString);
            assertTrue(lines.byCall().get(0).endsWith("session s1"), lines.byCall()::toString);
            assertTrue(lines.byCall().get(1).startsWith(call + " answered by databricks: "), lines.byCall()::toString);
        }
    }

    @Test
    void byModel() {
        try (Gateway gateway = start("by-model")) {
            assertTrue(target(gateway, Gateway.PLAIN).startsWith("/serving-endpoints/"));
            assertTrue(target(gateway, Gateway.PLAIN.replace(Gateway.MODEL, "claude-haiku-4-5")).startsWith("/api/v1/"));
        }
    }

    @Test
    void byTeam() {
        try (Gateway gateway = start("by-team", "PROXY_API_KEYS=sk-first-0123456789," + SECOND_KEY)) {
            assertTrue(target(gateway, Gateway.STREAM, "x-api-key", "sk-first-0123456789").startsWith("/serving-endpoints/"));
            assertTrue(target(gateway, Gateway.STREAM, "x-api-key", SECOND_KEY).startsWith("/v1/messages"));
        }
    }

    @Test
    void bySize() {
        try (Gateway gateway = start("by-size")) {
            assertTrue(target(gateway, Gateway.PLAIN).startsWith("/serving-endpoints/"));
            assertTrue(target(gateway, Gateway.PLAIN.replace("say hi", "long ".repeat(5000))).startsWith("/v1/messages"));
        }
    }

    @Test
    void systemPrompt() {
        try (Gateway gateway = start("system-prompt")) {
            assertEquals("House rules: answer in English.", served(gateway, Gateway.PLAIN).json().path("system").asText());
            assertEquals("House rules: answer in English.", served(gateway, Gateway.STREAM).json().path("system").asText());
        }
    }

    @Test
    void canary() {
        try (Gateway gateway = start("canary")) {
            List<String> targets = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                targets.add(target(gateway, Gateway.PLAIN));
            }
            long canaries = targets.stream().filter(target -> target.startsWith("/api/v1/")).count();
            assertTrue(canaries > 0 && canaries < 100, canaries + " of 400");
        }
    }

    @Test
    void usageToFile() throws IOException {
        Path usage = Path.of("usage");
        try (Gateway gateway = start("usage-to-file", "PROXY_API_KEYS=" + SECOND_KEY)) {
            served(gateway, Gateway.PLAIN, "x-api-key", SECOND_KEY);
            served(gateway, Gateway.STREAM, "x-api-key", SECOND_KEY, "x-claude-code-session-id", "s\"1");
            Awaitility.await().until(() -> lines(usage).size() == 2);
            JsonNode streamed = lines(usage).stream().map(FaultsRequestTest::json)
                    .filter(line -> line.path("caravanStream").asBoolean()).findFirst().orElseThrow();
            assertEquals("answered", streamed.path("caravanOutcome").asText(), streamed::toString);
            assertEquals(Gateway.MODEL, streamed.path("caravanModel").asText());
            assertEquals("s\"1", streamed.path("caravanSession").asText());
            assertTrue(streamed.path("caravanOutputTokens").asInt() > 0, streamed::toString);
            assertFalse(lines(usage).toString().contains(SECOND_KEY), () -> lines(usage).toString());
        } finally {
            delete(usage);
        }
    }

    private static List<String> lines(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    @Test
    void redact() {
        try (Gateway gateway = start("redact")) {
            String asked = Gateway.PLAIN.replace("say hi", "my key is sk-abc123DEF, keep it");
            assertEquals("my key is [redacted], keep it", served(gateway, asked).json().at("/messages/0/content").asText());
        }
    }

    @Test
    void throttle() {
        try (Gateway gateway = start("throttle")) {
            served(gateway, Gateway.PLAIN);
            served(gateway, Gateway.STREAM);
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(429, answer.statusCode());
            assertEquals("1", answer.headers().firstValue("retry-after").orElse(null));
        }
    }

    @Test
    void refuse() {
        try (Gateway gateway = start("refuse")) {
            served(gateway, Gateway.PLAIN);
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "claude-opus-4-5"));
            assertEquals(429, answer.statusCode());
            assertEquals("3600", answer.headers().firstValue("retry-after").orElse(null));
            assertTrue(answer.body().contains("claude-opus-4-5 is over budget this hour"), answer.body());
        }
    }

    @Test
    void shadowTraffic() {
        try (Gateway gateway = start("shadow-traffic")) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(200, answer.statusCode());
            assertFalse(answer.headers().firstValue("x-caravan-failover").isPresent());
            Awaitility.await().until(() -> gateway.simulator().requests().size() == 2);
            assertEquals(Set.of("/api/v1/messages", "/serving-endpoints/anthropic/v1/messages"), gateway.simulator().requests()
                    .stream().map(RecordedRequest::target).collect(Collectors.toSet()));
        }
    }
}
