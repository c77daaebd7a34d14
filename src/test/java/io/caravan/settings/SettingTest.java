/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.caravan.provider.Backend;
import io.caravan.provider.Providers;
import io.caravan.settings.value.Setting;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalogue and the files that show it to people agree. */
class SettingTest {

    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final Pattern VARIABLE = Pattern.compile("(?m)^#?([A-Z][A-Z_]+)=(.*)$");
    private static final Pattern COMMENTED_PROPERTY = Pattern.compile("(?m)^#?([a-z][a-z.-]+)=");

    @Test
    void theExampleHoldsOnlyKnownVariables() throws IOException {
        List<String> names = variables().stream().map(match -> match.group(1)).toList();

        names.forEach(name -> assertTrue(Given.ALL.ofProperty(name).isPresent(), name));
        for (Backend backend : Providers.builtIn().backends()) {
            assertTrue(Files.readString(ROOT.resolve(".env.example")).contains("PROXY_BACKEND=" + backend.setting()));
        }
    }

    @Test
    void theExampleIsAWorkingDotenvFileWithAndWithoutItsComments(@TempDir Path directory) throws IOException {
        String example = Files.readString(ROOT.resolve(".env.example"));
        Files.writeString(directory.resolve(".env"), example);
        assertEquals("openrouter", Given.settings(directory).backend());

        Files.writeString(directory.resolve(".env"), example.replaceAll("(?m)^#([A-Z_]+=)", "$1"));
        Files.writeString(directory.resolve("models.yaml"), "litellm:");
        Files.writeString(directory.resolve("company-ca.pem"), "");
        Files.writeString(directory.resolve("tool-review.yaml"), "rules: []");
        Files.writeString(directory.resolve("config.yaml"),
                "endpoints: [{name: one, api_base: https://adb-123.4.azuredatabricks.net/serving-endpoints, token: t}]");
        assertEquals("https://adb-123.4.azuredatabricks.net/serving-endpoints/anthropic/v1/messages",
                Given.settings(directory).backends().get("databricks").asUpstream().urls().requests().toString());
    }

    @Test
    void everySettingStandsInOneOfTheFiles() throws IOException {
        String properties = Files.readString(ROOT.resolve("application.properties"));
        Stream<String> keys = COMMENTED_PROPERTY.matcher(properties).results().map(match -> match.group(1));
        Stream<String> variables = variables().stream().map(match -> match.group(1));
        List<Setting> shown = Stream.concat(keys, variables).map(Given.ALL::ofProperty).flatMap(Optional::stream).toList();

        for (Setting setting : Given.ALL.all()) {
            boolean told = shown.contains(setting) || setting.description().startsWith("deprecated");
            assertTrue(told, setting + " stands neither in application.properties nor in .env.example");
        }
    }

    @Test
    void thePropertiesFileHoldsTheDefaultsAndNoSecret() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(ROOT.resolve("application.properties"))) {
            properties.load(reader);
        }
        for (String key : properties.stringPropertyNames()) {
            if (!key.startsWith("camel.")) {
                Setting setting = Given.ALL.ofProperty(key).orElseThrow(() -> new AssertionError(key));
                assertEquals(setting.property(), key);
                assertEquals(setting.defaultValue().orElse(""), properties.getProperty(key), key);
                assertFalse(setting.secret(), key);
            }
        }
    }

    @Test
    void aFreshCloneIsAWorkingDirectory(@TempDir Path clone) throws IOException {
        for (String name : List.of("application.properties", "models.yaml")) {
            Files.copy(ROOT.resolve(name), clone.resolve(name));
        }
        GatewaySettings settings = Given.settings(clone, "PROXY_BACKEND", "LITELLM_MESSAGES");

        assertEquals(List.of(), settings.warnings());
        assertEquals(clone.resolve("models.yaml"), settings.modelsFile());
        assertTrue(settings.effective().contains("PORT = 4000 (application.properties)"));
    }

    @Test
    void theReferencePageNamesEverySetting() throws IOException {
        Path page = ROOT.resolve("docs").resolve("configuration.md");
        assumeTrue(Files.exists(page), "docs/configuration.md is not written yet");
        String text = Files.readString(page);

        for (Setting setting : Given.ALL.all()) {
            assertTrue(text.contains(setting.name()), setting + " is not in docs/configuration.md");
        }
    }

    private static List<MatchResult> variables() throws IOException {
        return VARIABLE.matcher(Files.readString(ROOT.resolve(".env.example"))).results().toList();
    }
}
