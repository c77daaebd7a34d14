/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.provider.Auth;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.BackendSettings.Balance.Strategy;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 1.8, 5.5, 5.12, 6.1 and 6.4: defaults, and values that are wrong. */
class GatewaySettingsTest {

    @Test
    void everythingHasADefault() {
        GatewaySettings settings = Given.settings();

        assertEquals("production", settings.environment());
        assertEquals("127.0.0.1", settings.host());
        assertEquals(4000, settings.port());
        assertEquals(new GatewaySettings.Log("INFO", false, "json", Given.NOWHERE.resolve("logs")), settings.log());
        assertEquals(new GatewaySettings.ClientKeys(List.of(), null, false), settings.keys());
        assertEquals(new GatewaySettings.Limits(33_554_432, Runtime.getRuntime().maxMemory() / 4, Duration.ofSeconds(60), 512,
                Duration.ofHours(6), 3, Duration.ofSeconds(30)), settings.limits());
        assertBalance(settings, 5, Duration.ofSeconds(60));
        assertEquals(new GatewaySettings.Stream(Duration.ofSeconds(10), Duration.ofSeconds(590), Duration.ofSeconds(10),
                Duration.ofSeconds(8), Duration.ofSeconds(30), Duration.ofSeconds(600), false), settings.stream());
        assertEquals(new GatewaySettings.Outgoing(null, null, List.of(), null), settings.outgoing());
        assertNull(settings.modelsFile());
        assertEquals(Given.NOWHERE, settings.workingDirectory());
    }

    @Test
    void everythingCanBeSet(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("ca.pem"), "");
        GatewaySettings settings = Given.settings(directory, "PORT", "0", "LOG_LEVEL", "warn", "LOG_FORMAT", "TEXT",
                "LOG_DIR", "out", "PROXY_MAX_BODY_BYTES", "10", "PROXY_MAX_HELD_BYTES", "20", "PROXY_BODY_TIMEOUT", "1",
                "PROXY_WORKER_THREADS", "3", "PROXY_LEARNED_FOR", "0",
                "DATABRICKS_MAX_RETRIES", "10", "PROXY_DRAIN_TIMEOUT", "1500ms", "PROXY_BREAKER_THRESHOLD", "4",
                "PROXY_BREAKER_TIMEOUT", "2m", "PROXY_CONNECT_TIMEOUT", "250ms", "PROXY_STREAM_SILENCE", "1h",
                "PROXY_PING_INTERVAL", "0.5", "PROXY_COMMIT_AFTER", "0", "API_TIMEOUT_MS", "1500",
                "RETRY_ON_TIMEOUT", "on", "PROXY_CA_FILE", "ca.pem", "NO_PROXY", "localhost, .internal.example");

        assertEquals(0, settings.port());
        assertEquals(new GatewaySettings.Log("WARN", false, "text", directory.resolve("out")), settings.log());
        assertEquals(new GatewaySettings.Limits(10, 20, Duration.ofSeconds(1), 3, Duration.ZERO, 10, Duration.ofMillis(1500)),
                settings.limits());
        assertBalance(settings, 4, Duration.ofMinutes(2));
        assertEquals(new GatewaySettings.Stream(Duration.ofMillis(250), Duration.ofHours(1), Duration.ofMillis(500), Duration.ZERO,
                Duration.ofSeconds(30),
                Duration.ofMillis(1500), true), settings.stream());
        assertEquals(new GatewaySettings.Outgoing(null, null, List.of("localhost", ".internal.example"),
                directory.resolve("ca.pem")), settings.outgoing());
    }

    @Test
    void atMostAHundredRequestsAreKept() {
        assertEquals(0, Given.settings().rehearse());
        assertEquals(100, Given.settings("PROXY_REHEARSE", "100").rehearse());
        for (String wrong : List.of("101", "-1", "many")) {
            String told = assertThrows(SettingsException.class, () -> Given.settings("PROXY_REHEARSE", wrong)).getMessage();
            assertTrue(told.contains("PROXY_REHEARSE") && told.contains("0 to 100"), told);
        }
    }

    @Test
    void aGatewayThatRehearsesHasNoSecret() {
        GatewaySettings settings = Given.settings("DATABRICKS_TOKEN", "s3cret-1", "OPENROUTER_API_KEY", "s3cret-2", "LITELLM_API_KEY",
                "s3cret-3", "ANTHROPIC_UPSTREAM_KEY", "s3cret-4", "PROXY_API_KEYS", "s3cret-5", "PROXY_ADMIN_KEY", "s3cret-6", "PROXY_URL",
                "http://u:s3cret-7@proxy.example:8080", "PROXY_REHEARSE", "5", "DATABRICKS_HOST", "adb-1.2");
        GatewaySettings rehearsing = settings.rehearsing(URI.create("http://127.0.0.1:7"), List.of(Secret.of("made-up")));

        assertEquals(List.of(Secret.of("made-up")), rehearsing.keys().keys());
        assertNull(rehearsing.keys().adminKey());
        assertEquals(new GatewaySettings.Outgoing(null, null, List.of(), null), rehearsing.outgoing());
        assertEquals(0, rehearsing.rehearse());
        rehearsing.backends().upstreams().stream().filter(UpstreamSettings::configured).forEach(upstream -> {
            assertEquals("127.0.0.1:7", upstream.host());
            assertEquals(new Auth.None(), upstream.auth());
            assertEquals(Map.of(), upstream.headers());
        });
        assertEquals("/serving-endpoints/anthropic/v1/messages", rehearsing.backends().get("databricks").asUpstream().urls().requests().getPath());
    }

    // 1.8: as Python's logging names them
    @ParameterizedTest
    @CsvSource({"WARNING, WARN", "critical, ERROR", "Warning, WARN", "error, ERROR", "TRACE, TRACE"})
    void logLevelsMayBeThoseOfPython(String given, String level) {
        assertEquals(level, Given.settings("LOG_LEVEL", given).log().level());
        assertTrue(Given.settings("LOG_LEVEL", given, "LOG_LIBRARIES", "true").log().libraries());
    }

    private static void assertBalance(GatewaySettings settings, int threshold, Duration timeout) {
        settings.backends().all().forEach(backend -> assertEquals(
                new BackendSettings.Balance(Strategy.LEAST_REQUESTS, threshold, timeout, Map.of(backend.backend().id(), 1)),
                backend.balance()));
    }

    @ParameterizedTest
    @CsvSource({
        "PORT, 65536", "PORT, -1", "PORT, http", "PORT, 4000.0",
        "PROXY_MAX_BODY_BYTES, 0", "PROXY_MAX_BODY_BYTES, 32MB", "PROXY_WORKER_THREADS, 0",
        "PROXY_BREAKER_THRESHOLD, 99999999999", "DATABRICKS_MAX_RETRIES, 11", "DATABRICKS_MAX_RETRIES, -1",
        "PROXY_DRAIN_TIMEOUT, never",
        "LOG_LEVEL, LOUD", "LOG_FORMAT, xml",
        "PROXY_ALLOW_ANONYMOUS, perhaps", "RETRY_ON_TIMEOUT, 2", "BYPASS_FALLBACK_ENABLED, ja",
        "DATABRICKS_TIMEOUT, soon", "DATABRICKS_TIMEOUT, -1", "DATABRICKS_TIMEOUT, 0", "LITELLM_TIMEOUT, 5d",
        "UPSTREAM_TIMEOUT, 1e3", "API_TIMEOUT_MS, 0", "PROXY_PING_INTERVAL, 0ms", "PROXY_LEARNED_FOR, 721h",
        "PROXY_STREAM_SILENCE, 999999999999h", "PROXY_CA_FILE, lost.pem", "MODELS_PATH, lost.yaml",
        "HOST, http://127.0.0.1", "HOST, 127.0.0.1:80x"
    })
    void aWrongValueIsNamedWithItsSourceAndWhatIsValid(String name, String value) {
        String message = Given.refusal(name, value);

        assertTrue(message.startsWith(name + "=" + value + " (environment) is not valid: "), message);
    }

    @Property(tries = 200)
    void aBareNumberIsSecondsOrMillisecondsByTheName(@ForAll @IntRange(min = 1, max = 2_000_000) int number) {
        GatewaySettings settings = Given.settings("PROXY_BODY_TIMEOUT", "" + number, "API_TIMEOUT_MS", "" + number,
                "PROXY_LEARNED_FOR", number + "ms");

        assertEquals(Duration.ofSeconds(number), settings.limits().bodyTimeout());
        assertEquals(Duration.ofMillis(number), settings.stream().firstContent());
        assertEquals(Duration.ofMillis(number), settings.limits().learnedFor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"})
    void loopbackNeedsNoKeys(String host) {
        assertEquals(host, Given.settings("HOST", host).host());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "gateway.example", "127.0.0.1.example", "localhost.example",
        "::ffff:10.0.0.1", "128.0.0.1"})
    void anyOtherHostNeedsKeysOrAnExplicitWord(String host) {
        String message = Given.refusal("HOST", host, "PROXY_ADMIN_KEY", "x");
        assertTrue(message.contains("HOST=" + host + " (environment)"), message);
        assertTrue(message.contains("PROXY_API_KEYS") && message.contains("PROXY_ALLOW_ANONYMOUS=true"), message);

        assertEquals(host, Given.settings("HOST", host, "PROXY_API_KEYS", "one").host());
        assertEquals(host, Given.settings("HOST", host, "PROXY_ALLOW_ANONYMOUS", "true").host());
    }

    @Test
    void clientKeysAreAList() {
        GatewaySettings.ClientKeys keys = Given.settings("PROXY_API_KEYS", " one,two ,,three", "PROXY_ADMIN_KEY", "four").keys();

        assertEquals(List.of("one", "two", "three"), keys.keys().stream().map(Secret::reveal).toList());
        assertEquals("four", keys.adminKey().reveal());
        assertTrue(Given.refusal("PROXY_API_KEYS", " , ").contains("holds no key"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, http://proxy.example:3128",
        "proxy.example:3128, http://proxy.example:3128",
        "http://proxy.example/, http://proxy.example:80",
        "HTTPS://proxy.example, https://proxy.example:443",
        "http://user:p%40ss@proxy.example:3128, http://user:p%40ss@proxy.example:3128"
    })
    void anOutgoingProxyHasAPort(String given, URI proxy) {
        assertEquals(proxy, Given.settings("PROXY_URL", given).outgoing().proxyUrl());
        assertEquals(proxy, Given.settings("HTTPS_PROXY", given).outgoing().httpsProxy());
        assertEquals(proxy, Given.settings("https_proxy", given).outgoing().httpsProxy());
    }

    @Test
    void theUpperCaseProxyVariableWins() {
        GatewaySettings.Outgoing outgoing = Given.settings("HTTPS_PROXY", "http://one:1", "https_proxy", "http://two:2",
                "no_proxy", "three").outgoing();

        assertEquals(URI.create("http://one:1"), outgoing.httpsProxy());
        assertEquals(List.of("three"), outgoing.noProxy());
    }

    @Test
    void bodiesThatCanNeverBeHeldAreWarnedOf() {
        assertFalse(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "PROXY_MAX_HELD_BYTES", "1000").warnings().isEmpty());
    }
}
