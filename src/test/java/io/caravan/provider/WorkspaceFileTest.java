/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.provider.BackendSettings.Balance.Strategy;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.Given;
import io.caravan.settings.value.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 1.9, 1.10 and 4.1: the load balancer's file. */
class WorkspaceFileTest {

    private static final String TWO = """
            load_balancer:
              strategy: round_robin
              circuit_breaker_threshold: 3
              circuit_breaker_timeout: 45
            auth:
              api_key: ${CLIENT_KEY}
            endpoints:
              - name: east
                api_base: https://adb-1.2.azuredatabricks.net/serving-endpoints
                token: ${EAST_TOKEN}
                weight: 2
              - name: West-2
                api_base: https://adb-3.4.azuredatabricks.net/serving-endpoints/
                token: "canary-7f3a"
            """;
    private static final String[] KEYS = {"CLIENT_KEY", "canary-key", "EAST_TOKEN", "canary-east"};
    private static final String ONE = "endpoints: [{name: one, api_base: https://one.example/serving-endpoints, ";

    @TempDir
    private Path directory;

    private GatewaySettings settings(String yaml, String... namesAndValues) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), yaml);
        return Given.settings(directory, namesAndValues);
    }

    private static BackendSettings databricks(GatewaySettings settings) {
        return settings.backends().get("databricks");
    }

    private String refusal(String yaml) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), yaml);
        String message = Given.refusal(directory);
        assertFalse(message.contains("canary"), message);
        return message;
    }

    @Test
    void theLoadBalancersFileWorksUnchanged() throws IOException {
        GatewaySettings settings = settings(TWO, KEYS);

        UpstreamSettings east = databricks(settings).upstreams().get(0);
        UpstreamSettings west = databricks(settings).upstreams().get(1);
        assertEquals(2, databricks(settings).upstreams().size());
        assertEquals("east", east.id());
        assertEquals("West-2", west.id());
        assertEquals("databricks", east.backend().id());
        assertEquals("native", east.dialect().word());
        assertEquals(URI.create("https://adb-1.2.azuredatabricks.net/serving-endpoints/anthropic/v1/messages"), east.urls().requests());
        assertEquals(URI.create("https://adb-3.4.azuredatabricks.net/serving-endpoints/anthropic/v1/messages"), west.urls().requests());
        assertEquals(URI.create("https://adb-1.2.azuredatabricks.net/api/2.0/serving-endpoints"), east.urls().lists());
        assertEquals(URI.create(east.urls().requests() + "/count_tokens"), east.urls().counts().orElseThrow());
        assertEquals(new Auth.Bearer(Secret.of("canary-east")), east.auth());
        assertEquals(new Auth.Bearer(Secret.of("canary-7f3a")), west.auth());
        assertEquals(new BackendSettings.Balance(Strategy.ROUND_ROBIN, 3, Duration.ofSeconds(45), Map.of("east", 2, "West-2", 1)),
                databricks(settings).balance());
        assertEquals(List.of("east", "West-2"), List.copyOf(databricks(settings).balance().weights().keySet()));
        assertEquals(List.of(Secret.of("canary-key")), settings.keys().keys());
        assertEquals("databricks", settings.backend());
        assertEquals("databricks", settings.chosen().id());
        assertEquals(east.urls().requests(), settings.chosen().urls().requests());
        assertTrue(settings.chosen().configured());
        assertEquals(List.of(), settings.warnings());
    }

    @Test
    void whatItLeavesOutHasItsDefault() throws IOException {
        GatewaySettings settings = settings(ONE + "token: t}]",
                "PROXY_BREAKER_THRESHOLD", "7", "PROXY_BREAKER_TIMEOUT", "2m");

        assertEquals(new BackendSettings.Balance(Strategy.LEAST_REQUESTS, 7, Duration.ofMinutes(2), Map.of("one", 1)),
                databricks(settings).balance());
        assertEquals(List.of(), settings.keys().keys());
    }

    @Test
    void withoutAFileThereIsTheOneWorkspaceOfTheHost() {
        GatewaySettings settings = Given.settings("DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "x");

        assertEquals(List.of(databricks(settings).asUpstream()), databricks(settings).upstreams());
        assertEquals(new BackendSettings.Balance(Strategy.LEAST_REQUESTS, 5, Duration.ofSeconds(60), Map.of("databricks", 1)),
                databricks(settings).balance());
        settings.backends().ids().forEach(id -> assertEquals(id, settings.backends().get(id).asUpstream().id()));
    }

    @Test
    void jsonIsYaml() throws IOException {
        GatewaySettings settings = settings("""
                {"load_balancer": {"strategy": "session_affinity", "circuit_breaker_timeout": 0.5},
                 "endpoints": [{"name": "one", "api_base": "https://one.example/serving-endpoints", "token": "t",
                                "weight": 3}]}
                """);

        assertEquals(new BackendSettings.Balance(Strategy.SESSION_AFFINITY, 5, Duration.ofMillis(500), Map.of("one", 3)),
                databricks(settings).balance());
    }

    @ParameterizedTest
    @CsvSource({
        "'token: t', bearer",
        "'token: t, auth: basic', basic",
        "'token: t, auth: bearer', bearer",
        "'client_id: me, client_secret: s', oauth",
        "'client_id: me, client_secret: s, auth: OAuth, token: t', oauth",
        "'client_id: me, client_secret: s, token: t', bearer"
    })
    void theCredentialIsTheTokenOrTheClient(String keys, String scheme) throws IOException {
        Auth expected = switch (scheme) {
            case "basic" -> new Auth.Basic("token", Secret.of("t"));
            case "bearer" -> new Auth.Bearer(Secret.of("t"));
            default -> new Auth.OAuth(URI.create("https://one.example/oidc/v1/token"), "me", Secret.of("s"));
        };

        assertEquals(expected, databricks(settings(ONE + keys + "}]")).upstreams().get(0).auth());
        assertEquals(expected, databricks(settings(ONE + keys + "}]", "DATABRICKS_AUTH", "basic")).upstreams().get(0).auth());
    }

    @Test
    void theFormatIsTheEntrysOwnElseTheOneOfAll() throws IOException {
        URI chat = URI.create("https://one.example/serving-endpoints");

        assertEquals(chat, databricks(settings(ONE + "token: t, api: invocations}]")).upstreams().get(0).urls().requests());
        assertEquals(chat, settings(ONE + "token: t}]", "DATABRICKS_API", "invocations").chosen().urls().requests());
        assertEquals("native",
                settings(ONE + "token: t, api: native}]", "DATABRICKS_API", "invocations").chosen().dialect().word());
    }

    // 5.15
    @ParameterizedTest
    @CsvSource({
        "'https://one.example/serving-endpoints', 'api: gateway', gateway, /ai-gateway/anthropic/v1/messages",
        "'https://one.example', 'api: GATEWAY', gateway, /ai-gateway/anthropic/v1/messages",
        "'https://one.example/ai-gateway/anthropic', '', gateway, /ai-gateway/anthropic/v1/messages",
        "'https://one.example/ai-gateway/anthropic/v1/', '', gateway, /ai-gateway/anthropic/v1/messages",
        "'https://one.example/ai-gateway/anthropic', 'api: native', native, /serving-endpoints/anthropic/v1/messages",
        "'https://one.example/ai-gateway/anthropic', 'api: invocations', invocations, /serving-endpoints"})
    void databricksOwnGatewayIsAnApiOfItsOwn(String base, String api, String word, String path) throws IOException {
        String file = "endpoints: [{name: a, api_base: " + base + ", token: t, " + api + "}]";

        UpstreamSettings workspace = databricks(settings(file)).upstreams().get(0);

        assertEquals(word, workspace.dialect().word());
        assertEquals(URI.create("https://one.example" + path), workspace.urls().requests());
        assertEquals(URI.create("https://one.example/api/2.0/serving-endpoints"), workspace.urls().lists());
        assertEquals(new Auth.Bearer(Secret.of("t")), workspace.auth());
    }

    @Test
    void anApiBaseThatEndsOtherwiseIsTakenAtItsWord() throws IOException {
        assertEquals(URI.create("https://one.example/ai-gateway/anthropic/v1/messages"),
                settings("endpoints: [{name: one, api_base: https://one.example/ai-gateway, token: t}]").chosen().urls().requests());
    }

    @Test
    void variablesComeFromTheEnvironmentThenFromTheEnvFiles() throws IOException {
        Files.writeString(directory.resolve(".env"), "A=weak\nB=from-env-file\n");
        Files.writeString(directory.resolve(".env.production"), "C=special\n");
        Files.writeString(directory.resolve("application.properties"), "D=no-variable\n");

        assertEquals(new Auth.Bearer(Secret.of("<strong-from-env-file-special>$A")),
                settings(ONE + "token: '<${A}-${B}-${C}>$A'}]", "A", "strong").chosen().auth());
        assertTrue(refusal(ONE + "token: '${D}'}]").contains("the variable D is not set"));
    }

    @Test
    void aVariablesValueIsNeverReadAsYamlOrExpandedAgain() throws IOException {
        assertEquals(new Auth.Bearer(Secret.of("${B}\",weight:9,#")),
                settings(ONE + "token: '${A}'}] # ${NOT_SET}", "A", "${B}\",weight:9,#", "B", "x").chosen().auth());
    }

    @Test
    void bothKindsOfClientKeysCount() throws IOException {
        GatewaySettings settings = settings(TWO, "CLIENT_KEY", "canary-key", "EAST_TOKEN", "x",
                "PROXY_API_KEYS", "one,canary-key", "HOST", "0.0.0.0");

        assertEquals(List.of(Secret.of("one"), Secret.of("canary-key")), settings.keys().keys());
    }

    @Test
    void itsKeyAloneOpensAnotherHost() throws IOException {
        assertEquals("0.0.0.0", settings("auth: {api_key: x}\n" + ONE + "token: t}]", "HOST", "0.0.0.0").host());
        assertTrue(Given.refusal(directory, "HOST", "0.0.0.0", "PROXY_BACKEND", "ANTHROPIC").contains("PROXY_API_KEYS"));
    }

    @Test
    void theFileWinsOverTheHostWithOneWarning() throws IOException {
        GatewaySettings settings = settings(ONE + "token: t}]", "DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "x");

        assertEquals("one.example", settings.chosen().urls().requests().getHost());
        assertEquals(1, settings.warnings().size(), settings.warnings().toString());
        assertTrue(settings.warnings().get(0).startsWith("DATABRICKS_HOST=adb-1.2 (environment) is not used: config.yaml"));
    }

    @Test
    void withAnotherBackendItIsReadOnlyWhereItsPathIsGiven() throws IOException {
        GatewaySettings without = settings(ONE + "token: t}]", "PROXY_BACKEND", "LITELLM_MESSAGES");
        GatewaySettings with = settings(ONE + "token: t}]", "PROXY_BACKEND", "LITELLM_MESSAGES",
                "CONFIG_PATH", "config.yaml");

        assertFalse(without.backends().get("databricks").configured());
        assertTrue(without.warnings().get(0).startsWith("config.yaml is not read"), without.warnings().toString());
        assertEquals("litellm", with.backend());
        assertTrue(with.backends().get("databricks").configured());
        assertEquals(List.of(), with.warnings());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'load_balanser: {}' | line 1: the key load_balanser is not known in the file; did you mean load_balancer?",
        "'load_balancer:\n  strateg: random' | line 2: the key strateg is not known in load_balancer; did you mean strat",
        "'auth:\n  api_keys: canary' | line 2: the key api_keys is not known in auth; did you mean api_key?",
        "'endpoints:\n  - name: a\n    api_bse: x' | line 3: the key api_bse is not known in an endpoint; did you mean",
        "'endpoints: [{name: one, token:canary}]' | line 1: the key token… is not known in an endpoint; did you mean",
        "'- a list' | line 1: the file must be a map",
        "'endpoints: canary' | line 1: endpoints must be a list",
        "'endpoints: [canary]' | line 1: an endpoint must be a map",
        "'auth: {api_key: [canary]}' | line 1: api_key must be a text",
        "'auth: {api_key: two canaries}' | line 1: api_key holds a space",
        "'auth: {api_key: x}\nauth: {}' | line 2: the key auth stands twice",
        "'load_balancer: {strategy: canary}' | must be one of least_requests, round_robin, random, session_affinity",
        "'load_balancer: {circuit_breaker_threshold: 0}' | circuit_breaker_threshold must be a whole number from 1 to",
        "'load_balancer: {circuit_breaker_threshold: 1.5}' | circuit_breaker_threshold must be a whole number",
        "'load_balancer: {circuit_breaker_timeout: 0}' | circuit_breaker_timeout (in seconds) must be a number from 0.001",
        "'load_balancer: {circuit_breaker_timeout: 1e99999999}' | circuit_breaker_timeout (in seconds) must be a number",
        "'auth: {api_key: \"${NOT_SET}\"}' | line 1: the variable NOT_SET is not set",
        "'auth: {api_key: \"${\"}' | line 1: ${ must be followed by the name of a variable and }",
        "'auth: {api_key: \"${A:-canary}\"}' | line 1: ${ must be followed by the name of a variable and }"
    })
    void whatIsWrongIsNamedWithItsLineAndWithoutItsText(String yaml, String words) throws IOException {
        String message = refusal(yaml);

        assertTrue(message.contains("config.yaml line ") && message.contains(words), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | an endpoint has no name",
        "'name: one' | the endpoint one has no api_base",
        "'name: one, api_base: https://one.example' | the endpoint one has no token",
        "'name: one, api_base: https://one.example, token: \"\"' | the endpoint one has no token",
        "'name: one, api_base: https://one.example, auth: oauth, token: canary' | the endpoint one has no client_id",
        "'name: one, api_base: https://one.example, client_id: me' | the endpoint one has no client_secret",
        "'name: one, api_base: https://one.example, client_id: \"a:b\", client_secret: canary' | client_id holds",
        "'name: one, api_base: one.example, token: t' | api_base must be a URL",
        "'name: one, api_base: https://u:canary@one.example, token: t' | api_base must be a URL",
        "'name: one, api_base: https://one.example, token: t, auth: digest' | auth must be one of basic, bearer, oauth",
        "'name: one, api_base: https://one.example, token: t, api: chat' | api must be one of native, invocations",
        "'name: one, api_base: https://one.example, token: t, weight: 0' | weight must be a whole number from 1 to 1000",
        "'name: one, api_base: https://one.example, token: t, weight: 1.5' | weight must be a whole number",
        "'name: one, api_base: https://one.example, token: t, weight: -1' | weight must be a whole number",
        "'name: one, api_base: https://one.example, token: t, weight: heavy' | weight must be a whole number",
        "'name: \" \"' | an endpoint has no name",
        "'name: \"a\\tb\"' | 1 to 64 characters of one line",
        "'name: OpenRouter' | the name OpenRouter is taken",
        "'name: none' | the name none is taken"
    })
    void whatAnEndpointLacksIsNamed(String entry, String words) throws IOException {
        String message = refusal("endpoints:\n  - {" + entry + "}");

        assertTrue(message.contains("config.yaml line 2: ") && message.contains(words), message);
    }

    @Test
    void twoOfOneNameAreRefused() throws IOException {
        String one = "  - {name: east, api_base: https://one.example, token: t}\n";

        assertTrue(refusal("endpoints:\n" + one + one.replace("east", "EAST")).contains("line 3: the name EAST is taken"));
    }

    // 1.9: what was asked for never falls back to another backend
    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "endpoints: []", "endpoints:", "auth: {api_key: canary}", "load_balancer: {strategy: random}", "{}"})
    void aFileWithoutEndpointsStopsTheStart(String yaml) throws IOException {
        assertTrue(refusal(yaml).contains("config.yaml lists no endpoints"));
        assertTrue(Given.refusal(directory, "PROXY_BACKEND", "OPENROUTER", "CONFIG_PATH", "config.yaml").contains("lists no endpoints"));
        assertEquals("openrouter", Given.settings(directory, "PROXY_BACKEND", "OPENROUTER").backend());
    }

    @Test
    void whatIsNoFileStopsTheStart() throws IOException {
        Files.createDirectory(directory.resolve("config.yaml"));
        assertTrue(Given.refusal(directory).contains("config.yaml is a directory"));
        Files.delete(directory.resolve("config.yaml"));
        Files.createSymbolicLink(directory.resolve("config.yaml"), directory.resolve("gone.yaml"));
        assertTrue(Given.refusal(directory).contains("leads to no file"));
        Files.delete(directory.resolve("config.yaml"));
        Files.write(directory.resolve("config.yaml"), new byte[] {'a', ':', (byte) 0xff});
        assertTrue(Given.refusal(directory).contains("config.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.yml", "config.json"})
    void anotherEndingIsWarnedOf(String name) throws IOException {
        Files.writeString(directory.resolve(name), ONE + "token: t}]");
        GatewaySettings settings = Given.settings(directory, "PROXY_BACKEND", "LITELLM_MESSAGES");
        assertTrue(settings.warnings().get(0).startsWith(name + " is not read, for only config.yaml is"), settings.warnings().toString());
        assertTrue(Given.settings(directory, "CONFIG_PATH", name).chosen().configured());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Providers\": [{\"name\": \"a\"}], \"Router\": {\"default\": \"a,b\"}}",
        "{\n  // my providers\n  \"LOG\": true,\n  \"Providers\": [\n],}", "{Router: {default: 'a,b'}}"})
    void aFileOfClaudeCodeRouterSaysWhereToReadOn(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
        String message = Given.refusal(directory, "CONFIG_PATH", "config.json");
        assertTrue(message.contains("Claude Code Router") && message.contains("docs/moving.md"), message);
    }

    // 5.4
    @ParameterizedTest
    @CsvSource({
        "https://one.example, https://one.example/serving-endpoints/anthropic/v1/messages",
        "https://one.example/, https://one.example/serving-endpoints/anthropic/v1/messages",
        "https://one.example/serving-endpoints/, https://one.example/serving-endpoints/anthropic/v1/messages",
        "adb-1.2.azuredatabricks.net, https://adb-1.2.azuredatabricks.net/serving-endpoints/anthropic/v1/messages",
        "adb-1.2, https://adb-1.2.azuredatabricks.net/serving-endpoints/anthropic/v1/messages",
        "https://one.example/serving-endpoints/anthropic, https://one.example/serving-endpoints/anthropic/v1/messages",
        "https://one.example/serving-endpoints/mine/invocations, https://one.example/serving-endpoints/anthropic/v1/messages",
        "https://one.example/ai-gateway/anthropic, https://one.example/ai-gateway/anthropic/v1/messages"
    })
    void anApiBaseTakesTheFormsOfTheHost(String base, String messages) throws IOException {
        GatewaySettings settings = settings("endpoints: [{name: one, api_base: '" + base + "', token: t}]");
        assertEquals(URI.create(messages), settings.chosen().urls().requests());
        boolean told = base.matches(".*(anthropic|invocations)");
        assertEquals(told, settings.warnings().toString().contains("config.yaml: the api_base of one ends in"), settings.warnings().toString());
    }

    @Test
    void configCheckShowsThemWithoutSecrets() throws IOException {
        List<String> lines = settings(TWO, KEYS).effective();

        assertFalse(lines.toString().contains("canary"), lines.toString());
        assertEquals(List.of(
                "auth.api_key = *** (config.yaml)",
                "load_balancer.strategy = round_robin (config.yaml)",
                "load_balancer.circuit_breaker_threshold = 3 (config.yaml)",
                "load_balancer.circuit_breaker_timeout = 45.0 (config.yaml)",
                "endpoints.east = https://adb-1.2.azuredatabricks.net/serving-endpoints/anthropic/v1/messages, bearer ***,"
                        + " weight 2 (config.yaml)",
                "endpoints.West-2 = https://adb-3.4.azuredatabricks.net/serving-endpoints/anthropic/v1/messages, bearer ***,"
                        + " weight 1 (config.yaml)"), lines.subList(lines.size() - 6, lines.size()));
        assertFalse(databricks(settings(TWO, KEYS)).upstreams().toString().contains("canary"));
    }
}
