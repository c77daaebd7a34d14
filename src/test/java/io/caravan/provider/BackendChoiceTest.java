/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.WireFormat;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.Given;
import io.caravan.settings.value.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 1.1, 1.2, 1.5, 1.6, and the formats. */
class BackendChoiceTest {

    private static final List<String> VALID =
            List.of("AZURE_DATABRICKS", "OPENROUTER", "LITELLM_OPENROUTER", "LITELLM_MESSAGES", "ANTHROPIC");

    @ParameterizedTest
    @CsvSource({
        "AZURE_DATABRICKS, databricks, AZURE_DATABRICKS",
        "azure_databricks, databricks, AZURE_DATABRICKS",
        "OpenRouter, openrouter, OPENROUTER",
        "LITELLM_MESSAGES, litellm, LITELLM_MESSAGES",
        "anthropic, anthropic, ANTHROPIC"
    })
    void proxyBackendChoosesInAnyLetterCase(String value, String id, String setting) {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", value);

        assertEquals(id, settings.backend());
        assertEquals(setting, settings.backendSetting());
        assertEquals(id, settings.chosen().id());
        assertEquals(setting, settings.chosen().backend().setting());
    }

    @Test
    void allBackendsAreThereInOrder() {
        assertEquals(List.of("databricks", "openrouter", "litellm", "litellm-openrouter", "anthropic"),
                List.copyOf(Given.settings().backends().ids()));
    }

    @Property(tries = 200)
    void anUnknownBackendIsNamedWithAllValidOnes(@ForAll @AlphaChars @StringLength(min = 1, max = 30) String name) {
        Assume.that(VALID.stream().noneMatch(name::equalsIgnoreCase));

        String message = Given.refusal("PROXY_BACKEND", name);

        assertTrue(message.contains("PROXY_BACKEND=" + name + " (environment)"), message);
        VALID.forEach(valid -> assertTrue(message.contains(valid), message));
    }

    @Test
    void openRouterIsTheDefault() {
        assertEquals("openrouter", Given.settings().backend());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "endpoints:\n  - {name: one, api_base: https://one.example/serving-endpoints, token: t}\n",
        "{\"endpoints\": [{\"name\": \"one\", \"api_base\": \"https://one.example/serving-endpoints\", \"token\": \"t\"}]}"
    })
    void aConfigFileWithWorkspacesChoosesDatabricks(String yaml, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), yaml);

        GatewaySettings settings = Given.settings(directory, "BYPASS_LITELLM_ENABLED", "true");

        assertEquals("databricks", settings.backend());
        assertTrue(settings.chosen().configured());
        assertEquals(List.of(), settings.warnings());
    }

    @Test
    void theConfigFileMayStandElsewhere(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("other.yaml"),
                "endpoints: [{name: one, api_base: https://one.example, token: t}]");

        assertEquals("databricks", Given.settings(directory, "CONFIG_PATH", "other.yaml").backend());
        assertTrue(Given.refusal(directory, "CONFIG_PATH", "lost.yaml").startsWith("CONFIG_PATH=lost.yaml (environment)"));
        assertTrue(Given.refusal(directory, "CONFIG_PATH", "lost.yaml", "PROXY_BACKEND", "ANTHROPIC").contains("no file"));
    }

    @Test
    void aBrokenConfigFileIsNamedWithItsLineAndWithoutItsText(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), "endpoints:\n  - {token: canary-7f3a\n");

        String message = Given.refusal(directory);

        assertTrue(message.matches(".*config\\.yaml line [23] .*"), message);
        assertFalse(message.contains("canary-7f3a"), message);
        assertEquals("anthropic", Given.settings(directory, "PROXY_BACKEND", "ANTHROPIC").backend());
    }

    @Test
    void legacyFlagsChooseWithOneDeprecationLineEach() {
        GatewaySettings databricks = Given.settings("DATABRICKS_ENABLED", "true",
                "DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "x");
        GatewaySettings openRouter = Given.settings("BYPASS_LITELLM_ENABLED", "true", "OPENROUTER_API_KEY", "x");
        GatewaySettings both = Given.settings("DATABRICKS_ENABLED", "false", "BYPASS_LITELLM_ENABLED", "true",
                "OPENROUTER_API_KEY", "x");

        assertEquals("databricks", databricks.backend());
        assertEquals(1, databricks.warnings().size());
        assertTrue(databricks.warnings().get(0).contains("PROXY_BACKEND=AZURE_DATABRICKS"));
        assertEquals("openrouter", openRouter.backend());
        assertEquals(1, openRouter.warnings().size());
        assertTrue(openRouter.warnings().get(0).contains("PROXY_BACKEND=OPENROUTER"));
        assertEquals("openrouter", both.backend());
        assertEquals(2, both.warnings().size());
    }

    @Test
    void legacyFlagsCountOnlyWithoutProxyBackend() {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "DATABRICKS_ENABLED", "true",
                "BYPASS_LITELLM_ENABLED", "false");

        assertEquals("litellm", settings.backend());
        assertEquals(List.of(), settings.warnings());
    }

    @Test
    void failoverIsOnByItselfWhenOpenRouterHasAKeyAndIsNotTheBackend() {
        assertAll(
                () -> assertTrue(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "OPENROUTER_API_KEY", "x").failover()),
                () -> assertFalse(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES").failover()),
                () -> assertFalse(Given.settings("PROXY_BACKEND", "OPENROUTER", "OPENROUTER_API_KEY", "x").failover()),
                () -> assertFalse(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "OPENROUTER_API_KEY", "x",
                        "BYPASS_FALLBACK_ENABLED", "off").failover()),
                () -> assertTrue(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "OPENROUTER_API_KEY", "x",
                        "BYPASS_FALLBACK_ENABLED", "yes").failover()));
    }

    @Test
    void failoverThatCannotBeIsOffWithAWarning() {
        GatewaySettings noKey = Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "BYPASS_FALLBACK_ENABLED", "true");
        GatewaySettings itself = Given.settings("PROXY_BACKEND", "OPENROUTER", "OPENROUTER_API_KEY", "x",
                "BYPASS_FALLBACK_ENABLED", "true");

        assertFalse(noKey.failover());
        assertTrue(noKey.warnings().get(0).contains("OPENROUTER_API_KEY"), noKey.warnings().toString());
        assertFalse(itself.failover());
        assertEquals(1, itself.warnings().size());
        assertTrue(itself.effective().contains("BYPASS_FALLBACK_ENABLED = false (environment)"));
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY_BACKEND, LITELLM_OPENROUTER, CHAT, chat, http://localhost:4001/chat/completions",
        "BYPASS_LITELLM_ENABLED, false, CHAT, chat, http://localhost:4001/chat/completions",
        "PROXY_BACKEND, LITELLM_MESSAGES, MESSAGES, messages, http://localhost:4001/v1/messages",
        "OPENROUTER_API, chat, CHAT, chat, https://openrouter.ai/api/v1/chat/completions",
        "OPENROUTER_API, messages, MESSAGES, messages, https://openrouter.ai/api/v1/messages"
    })
    void theFormatIsChosenWithItsUrl(String name, String value, WireFormat format, String word,
            String url) {
        UpstreamSettings chosen = Given.settings(name, value).chosen();

        assertEquals(format, chosen.format());
        assertEquals(word, chosen.dialect().word());
        assertEquals(url, chosen.urls().requests().toString());
    }

    @Test
    void databricksIsSpokenToInEitherFormat() {
        String[] workspace = {"PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "x",
            "DATABRICKS_API", "invocations"};

        assertEquals("invocations", Given.settings(workspace).chosen().dialect().word());
        assertEquals(WireFormat.CHAT, Given.settings(workspace).chosen().format());
        assertEquals("https://adb-1.2.azuredatabricks.net/serving-endpoints", Given.settings(workspace).chosen().urls().requests().toString());
        workspace[7] = "native";
        assertEquals("native", Given.settings(workspace).chosen().dialect().word());
        assertEquals(WireFormat.MESSAGES, Given.settings(workspace).chosen().format());
    }

    @ParameterizedTest
    @CsvSource({"DATABRICKS_API, native, invocations", "OPENROUTER_API, messages, chat", "DATABRICKS_AUTH, basic, bearer"})
    void unknownDialectsAreNamedWithTheValidOnes(String name, String one, String other) {
        String message = Given.refusal(name, "smoke-signals");

        assertTrue(message.contains(name + "=smoke-signals") && message.contains(one) && message.contains(other), message);
    }

    @Test
    void anOAuthClientBesideATokenIsNotUsed() {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", "adb-1.2",
                "DATABRICKS_TOKEN", "x", "DATABRICKS_CLIENT_ID", "id");

        assertEquals(new Auth.Basic("token", Secret.of("x")), settings.chosen().auth());
        assertEquals(1, settings.warnings().size(), settings.warnings().toString());
        assertTrue(settings.warnings().get(0).startsWith("DATABRICKS_CLIENT_ID=id (environment) is not used"),
                settings.warnings().toString());
    }
}
