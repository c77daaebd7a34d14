/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.GatewaySettings;
import io.caravan.settings.Given;
import io.caravan.settings.value.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 1.3, 1.4, 5.1, 5.3 to 5.7 and 5.14. */
class UpstreamSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "adb-123.4, https://adb-123.4.azuredatabricks.net",
        "adb-123.4/, https://adb-123.4.azuredatabricks.net",
        "https://adb-123.4.azuredatabricks.net/?o=1234, https://adb-123.4.azuredatabricks.net",
        "adb-123.4.azuredatabricks.net?o=1234, https://adb-123.4.azuredatabricks.net",
        "https://adb-123.4, https://adb-123.4.azuredatabricks.net",
        "adb-123.4.azuredatabricks.net, https://adb-123.4.azuredatabricks.net",
        "https://adb-123.4.azuredatabricks.net/, https://adb-123.4.azuredatabricks.net",
        "https://adb-123.4.azuredatabricks.net///, https://adb-123.4.azuredatabricks.net",
        "HTTPS://dbc.cloud.databricks.com, https://dbc.cloud.databricks.com",
        "http://127.0.0.1:9900, http://127.0.0.1:9900",
        "localhost:9900, https://localhost:9900",
        "http://[::1]:9900/, http://[::1]:9900",
        "https://one.example/serving-endpoints/, https://one.example",
        "https://one.example/serving-endpoints, https://one.example",
        "https://gateway.example/workspace/one/, https://gateway.example/workspace/one"
    })
    void databricksHostTakesEveryForm(String host, String workspace) {
        assertEquals(URI.create(workspace + "/serving-endpoints/anthropic/v1/messages"),
                backend("databricks", "DATABRICKS_HOST", host).urls().requests());
    }

    // a URL copied from the serving page, an example or the browser
    @ParameterizedTest
    @ValueSource(strings = {"/serving-endpoints", "/serving-endpoints/", "/serving-endpoints/databricks-claude-sonnet-4/invocations",
        "/serving-endpoints/databricks-claude-sonnet-4", "/serving-endpoints/anthropic", "/serving-endpoints/anthropic/v1/messages",
        "/serving-endpoints/chat/completions", "/anthropic", "/anthropic/v1/messages", "/api/2.0/serving-endpoints",
        "/ml/endpoints/databricks-claude-sonnet-4?o=123", "/Serving-Endpoints/x/Invocations"})
    void aKnownTailOfTheHostIsCutWithOneLine(String tail) {
        for (String host : List.of("adb-123.4.azuredatabricks.net", "https://adb-123.4.azuredatabricks.net", "adb-123.4")) {
            GatewaySettings settings = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", host + tail,
                    "DATABRICKS_TOKEN", "x");
            assertEquals(URI.create("https://adb-123.4.azuredatabricks.net/serving-endpoints/anthropic/v1/messages"),
                    settings.chosen().urls().requests());
            assertEquals(URI.create("https://adb-123.4.azuredatabricks.net/api/2.0/serving-endpoints"), settings.chosen().urls().lists());
            assertEquals("adb-123.4", settings.chosen().instance().orElseThrow());
            assertEquals(1, settings.warnings().size(), settings.warnings().toString());
            assertTrue(settings.warnings().get(0).contains("which was cut off; https://adb-123.4.azuredatabricks.net is enough"),
                    settings.warnings().toString());
        }
    }

    @Test
    void aUrlOfDatabricksOwnGatewayMeansThatUnlessAnotherApiIsAskedFor() {
        String host = "https://adb-123.4.azuredatabricks.net/ai-gateway/anthropic";
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", host, "DATABRICKS_TOKEN", "x");
        assertEquals(URI.create(host + "/v1/messages"), settings.chosen().urls().requests());
        assertTrue(settings.warnings().toString().contains("own gateway"), settings.warnings().toString());
        assertTrue(settings.effective().contains("DATABRICKS_API = gateway (default)"), settings.effective().toString());
        assertTrue(settings.effective().contains("DATABRICKS_AUTH = bearer (default)"), settings.effective().toString());
        assertTrue(Given.settings("DATABRICKS_HOST", host, "DATABRICKS_API", "native").effective()
                .contains("DATABRICKS_API = native (environment)"));
        assertTrue(Given.settings("DATABRICKS_HOST", "https://adb-1.2", "DATABRICKS_CLIENT_ID", "id").effective()
                .contains("DATABRICKS_AUTH = oauth (default)"));
        assertEquals(URI.create("https://adb-123.4.azuredatabricks.net/serving-endpoints/anthropic/v1/messages"),
                backend("databricks", "DATABRICKS_HOST", host, "DATABRICKS_API", "native").urls().requests());
    }

    // 1.4, 1.7
    @ParameterizedTest
    @CsvSource({"DATABRICKS_TOKE, DATABRICKS_TOKEN", "DATABRICKS_TOKENS, DATABRICKS_TOKEN", "DATABRICKS_TOKNE, DATABRICKS_TOKEN",
        "DATABRICKSTOKEN, DATABRICKS_TOKEN", "DATABRIKS_HOST, DATABRICKS_HOST", "databricks_host, DATABRICKS_HOST"})
    void aNameOneEditAwayIsNamedWithoutItsValue(String written, String meant) {
        String warnings = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", written, "canary-7f3a").warnings().toString();
        assertTrue(warnings.contains("is " + written + " meant to be " + meant + "?"), warnings);
        assertFalse(warnings.contains("7f3a"), warnings);
        assertFalse(Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_PORT", "1").warnings().toString().contains("meant"));
    }

    // 1.7: what docker's --env-file makes of quotes
    @ParameterizedTest
    @ValueSource(strings = {"\"canary-7f3a\"", "'canary-7f3a'", " \"canary-7f3a\" ", "\"\""})
    void quotesThatEncloseAValueOfTheEnvironmentAreRefused(String value) {
        String message = Given.refusal("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_TOKEN", value);
        assertTrue(message.startsWith("DATABRICKS_TOKEN (environment) is not valid: quotes"), message);
        assertFalse(message.contains("7f3a"), message);
    }

    @Test
    void anthropicDirectIsUnderstood() {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "anthropic_direct");
        assertEquals("anthropic", settings.backend());
        assertEquals(1, settings.warnings().size(), settings.warnings().toString());
        assertTrue(settings.warnings().get(0).contains("set PROXY_BACKEND=ANTHROPIC instead"), settings.warnings().toString());
        assertEquals(List.of("anthropic"), Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "PROXY_FALLBACK", "ANTHROPIC_DIRECT")
                .backends().fallbacksOf("litellm"));
    }

    @ParameterizedTest
    @CsvSource({
        "DATABRICKS_HOST, ftp://one.example",
        "DATABRICKS_HOST, https://",
        "DATABRICKS_HOST, https://user:canary-7f3a@one.example",
        "DATABRICKS_HOST, https://one.example?o=canary-7f3a",
        "DATABRICKS_HOST, https://one.example/#part",
        "DATABRICKS_HOST, two words",
        "DATABRICKS_HOST, https://adb-123.4.azuredatabricks.net/some/page",
        "DATABRICKS_HOST, adb-123.4/some/page",
        "DATABRICKS_HOST, dbc-1.cloud.databricks.com/jobs/12",
        "DATABRICKS_HOST, https://one.example:99999",
        "OPENROUTER_API_BASE, openrouter.ai/api/v1",
        "OPENROUTER_API_BASE, ws://openrouter.ai",
        "LITELLM_BASE_URL, http://lite_llm:4001",
        "LITELLM_BASE_URL, /v1",
        "ANTHROPIC_UPSTREAM_URL, https://user:canary-7f3a@api.example",
        "PROXY_URL, socks5://proxy.example",
        "HTTPS_PROXY, http://user:canary-7f3a@proxy.example/path",
        "PROXY_URL, http://user:canary 7f3a@proxy.example"
    })
    void aBadUrlIsRefusedWithoutItsSecrets(String name, String url) {
        String message = Given.refusal(name, url);

        assertTrue(message.startsWith(name + "="), message);
        assertFalse(message.contains("7f3a"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "openrouter, OPENROUTER_API_BASE, , https://openrouter.ai/api/v1/messages",
        "openrouter, OPENROUTER_API_BASE, http://127.0.0.1:9900/api/v1/, http://127.0.0.1:9900/api/v1/messages",
        "litellm, LITELLM_BASE_URL, , http://localhost:4001/v1/messages",
        "litellm, LITELLM_BASE_URL, http://127.0.0.1:9900, http://127.0.0.1:9900/v1/messages",
        "litellm, LITELLM_BASE_URL, http://127.0.0.1:9900/v1/, http://127.0.0.1:9900/v1/messages",
        "litellm, LITELLM_BASE_URL, HTTP://proxy.example/litellm, http://proxy.example/litellm/v1/messages",
        "anthropic, ANTHROPIC_UPSTREAM_URL, , https://api.anthropic.com/v1/messages",
        "anthropic, ANTHROPIC_UPSTREAM_URL, http://127.0.0.1:9900, http://127.0.0.1:9900/v1/messages",
        "anthropic, ANTHROPIC_UPSTREAM_URL, http://127.0.0.1:9900/v1, http://127.0.0.1:9900/v1/messages"
    })
    void theOthersHaveDefaultUrls(String id, String name, String value, String url) {
        assertEquals(URI.create(url), backend(id, name, value == null ? "" : value).urls().requests());
    }

    @Test
    void databricksShowsItsTokenAsBasicOrBearer() {
        Secret token = Secret.of("x");

        assertEquals(new Auth.Basic("token", token), backend("databricks", "DATABRICKS_TOKEN", "x").auth());
        assertEquals(new Auth.Basic("token", token),
                backend("databricks", "DATABRICKS_TOKEN", "x", "DATABRICKS_AUTH", "BASIC").auth());
        assertEquals(new Auth.Bearer(token),
                backend("databricks", "DATABRICKS_TOKEN", "x", "DATABRICKS_AUTH", "Bearer").auth());
        assertEquals(new Auth.None(), backend("databricks").auth());
    }

    @Test
    void theOthersShowTheirKeys() {
        Secret key = Secret.of("x");

        assertEquals(new Auth.Bearer(key), backend("openrouter", "OPENROUTER_API_KEY", "x").auth());
        assertEquals(new Auth.Bearer(key), backend("litellm", "LITELLM_API_KEY", "x").auth());
        assertEquals(new Auth.None(), backend("litellm").auth());
        assertEquals(new Auth.ApiKey(key), backend("anthropic", "ANTHROPIC_UPSTREAM_KEY", "x").auth());
        assertEquals(new Auth.PassThrough("ANTHROPIC_UPSTREAM_KEY"), backend("anthropic").auth());
    }

    @Test
    void whatIsMissingIsNamedAndDoesNotStopTheStart() {
        assertEquals(List.of("DATABRICKS_HOST", "DATABRICKS_TOKEN"), backend("databricks").missing());
        assertFalse(backend("databricks").hasHost());
        assertEquals(List.of("DATABRICKS_TOKEN"), backend("databricks", "DATABRICKS_HOST", "adb-1.2").missing());
        assertEquals(List.of("OPENROUTER_API_KEY"), backend("openrouter").missing());
        assertTrue(backend("litellm").configured());
        assertTrue(backend("anthropic").configured());
        assertTrue(backend("databricks", "DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "x").configured());
    }

    @ParameterizedTest
    @CsvSource({"AZURE_DATABRICKS, DATABRICKS_HOST and DATABRICKS_TOKEN", "OPENROUTER, OPENROUTER_API_KEY"})
    void whatTheChosenBackendMissesIsWarnedOfOnce(String backend, String names) {
        List<String> warnings = Given.settings("PROXY_BACKEND", backend).warnings();

        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).contains(names) && warnings.get(0).contains("caravan demo"), warnings.toString());
        assertEquals(List.of(), Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES").warnings());
    }

    @Test
    void passingCredentialsOnBesideClientKeysIsWarnedOf() {
        GatewaySettings withKeys = Given.settings("PROXY_BACKEND", "ANTHROPIC", "PROXY_API_KEYS", "canary-7f3a");

        assertTrue(withKeys.chosen().configured());
        assertEquals(new Auth.PassThrough("ANTHROPIC_UPSTREAM_KEY"), withKeys.chosen().auth());
        assertTrue(withKeys.warnings().get(0).contains("ANTHROPIC_UPSTREAM_KEY"));
        assertEquals(List.of(), Given.settings("PROXY_BACKEND", "ANTHROPIC").warnings());
        assertEquals(List.of(), Given.settings("PROXY_BACKEND", "ANTHROPIC", "PROXY_API_KEYS", "a",
                "ANTHROPIC_UPSTREAM_KEY", "b").warnings());
    }

    @Test
    void headTimeoutsHaveAVariableEach() {
        assertEquals(Duration.ofSeconds(300), backend("databricks").times().head());
        assertEquals(Duration.ofSeconds(120), backend("litellm").times().head());
        assertEquals(Duration.ofSeconds(120), backend("openrouter").times().head());
        assertEquals(Duration.ofSeconds(120), backend("anthropic").times().head());
        assertEquals(Duration.ofSeconds(45), backend("databricks", "DATABRICKS_TIMEOUT", "45").times().head());
        assertEquals(Duration.ofMillis(500), backend("litellm", "LITELLM_TIMEOUT", "500ms").times().head());
        assertEquals(Duration.ofMinutes(2), backend("openrouter", "UPSTREAM_TIMEOUT", "2m").times().head());
        assertEquals(Duration.ofMillis(1500), backend("anthropic", "UPSTREAM_TIMEOUT", "1.5").times().head());
    }

    @Test
    void wholeAnswersAreBoundedByApiTimeout() {
        assertEquals(Duration.ofSeconds(300), backend("databricks").times().answer());
        assertEquals(Duration.ofSeconds(300), backend("openrouter", "API_TIMEOUT_MS", "900000").times().answer());
        assertEquals(Duration.ofSeconds(20), backend("litellm", "API_TIMEOUT_MS", "20000").times().answer());
    }

    @Test
    void onlyDatabricksLearns() {
        assertTrue(backend("databricks").learns());
        assertFalse(backend("openrouter").learns() || backend("litellm").learns() || backend("anthropic").learns());
    }

    @Test
    void openRouterIsToldWhoAsks() {
        assertEquals(Map.of("HTTP-Referer", "http://localhost", "X-Title", "caravan"), backend("openrouter").headers());
        assertEquals(Map.of("HTTP-Referer", "https://team.example", "X-Title", "Team"),
                backend("openrouter", "OPENROUTER_REFERER", "https://team.example", "OPENROUTER_TITLE", "Team").headers());
        assertEquals(Map.of(), backend("databricks").headers());
        assertTrue(Given.refusal("OPENROUTER_TITLE", "a\r\nx-evil: b").contains("OPENROUTER_TITLE"));
    }

    @Test
    void stripListsBeginWithSafeguardsButForAnthropic() {
        assertEquals(List.of("safeguards"), backend("databricks").strip());
        assertEquals(List.of("safeguards"), backend("openrouter").strip());
        assertEquals(List.of("safeguards"), backend("litellm").strip());
        assertEquals(List.of(), backend("anthropic").strip());
        assertEquals(List.of("tools.strict", "beta:effort-*", "speed"),
                backend("anthropic", "ANTHROPIC_STRIP", "tools.strict, beta:effort-* ,,speed").strip());
        assertEquals(List.of(), backend("litellm", "LITELLM_STRIP", "none").strip());
        assertEquals(List.of(), backend("litellm", "LITELLM_STRIP", "").strip());
        assertEquals(List.of(), backend("databricks", "DATABRICKS_STRIP", " ").strip());
        assertTrue(Given.refusal("LITELLM_STRIP", "a.b.c").contains("parent.key"));
    }

    // M54
    @Test
    void aClientsContextIsWithheldUnlessTheUpstreamIsToAnswer() {
        List<String> context = List.of("safeguards", "beta:dangerous-tool-use-*");
        for (String id : List.of("databricks", "openrouter", "litellm", "litellm-openrouter")) {
            assertEquals(context, backend(id).withheld(), id);
        }
        assertEquals(context, backend("databricks", "DATABRICKS_STRIP", "").withheld());
        assertEquals(context, backend("anthropic", "ANTHROPIC_SAFEGUARDS", "off").withheld());
        assertEquals(List.of(), backend("anthropic").withheld());
        assertEquals(List.of("safeguards"), backend("anthropic", "ANTHROPIC_STRIP", "safeguards").withheld());
        assertEquals(List.of(), backend("databricks", "DATABRICKS_SAFEGUARDS", "pass").withheld());
        assertEquals(context, backend("litellm-openrouter", "LITELLM_SAFEGUARDS", "pass").withheld(), "chat has no word for it");
        assertTrue(Given.refusal("OPENROUTER_SAFEGUARDS", "yes").contains("pass, answer, off"));
    }

    @Test
    void pairsSayWhichBetaTravelsWithWhichField() {
        Map<String, List<String>> pairs = Given.settings().pairs();

        assertEquals(18, pairs.size());
        assertEquals("safeguards", pairs.keySet().iterator().next());
        assertEquals(List.of("dangerous-tool-use-*"), pairs.get("safeguards"));
        assertEquals(List.of("advanced-tool-use-*", "tool-search-tool-*"), pairs.get("tools.defer_loading"));
        assertEquals(Map.of("a.b", List.of("c-*", "d")), Given.settings("PROXY_PAIRS", "a.b=c-*|d").pairs());
        assertEquals(Map.of(), Given.settings("PROXY_PAIRS", "none").pairs());
        assertTrue(Given.refusal("PROXY_PAIRS", "a=").contains("field=beta"));
    }

    private static UpstreamSettings backend(String id, String... namesAndValues) {
        return Given.settings(namesAndValues).backends().get(id).asUpstream();
    }
}
