/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.provider.Auth;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 1.7 and 1.10. */
class SettingSourcesTest {

    @TempDir
    Path directory;

    @Test
    void theStrongestSourceWins() throws IOException {
        assertEquals(4000, Given.settings(directory).port());
        file("application.properties", "port=4001");
        assertPort(4001, "application.properties");
        file(".env", "PORT=4002");
        assertPort(4002, ".env");
        file(".env.production", "PORT=4003");
        assertPort(4003, ".env.production");
        assertEquals(4004, Given.settings(directory, "PORT", "4004").port());
    }

    @Test
    void anEmptyValueCountsAsNotSet() throws IOException {
        file("application.properties", "port=4001");
        file(".env", "PORT=\nHOST=''\n");
        file(".env.production", "PORT=   ");

        assertEquals(4001, Given.settings(directory, "PORT", " ").port());
        assertEquals("127.0.0.1", Given.settings(directory, "HOST", "").host());
        assertEquals(4005, Given.settings(directory, "PORT", " 4005 ").port());
    }

    @Test
    void theEnvironmentNamesItsFile() throws IOException {
        file(".env", "ENVIRONMENT=staging\nPORT=1");
        file(".env.staging", "PORT=2\nENVIRONMENT=elsewhere");
        file(".env.test", "PORT=3");

        GatewaySettings staging = Given.settings(directory);
        assertEquals("staging", staging.environment());
        assertEquals(2, staging.port());
        assertEquals(3, Given.settings(directory, "ENVIRONMENT", "test").port());
        assertEquals(1, Given.settings(directory, "ENVIRONMENT", "none-such").port());
        assertTrue(Given.refusal(directory, "ENVIRONMENT", "../up").contains("ENVIRONMENT=../up"));
    }

    @Test
    void dotenvFilesHaveQuotesAndComments() throws IOException {
        file(".env", """
                # a comment
                LOG_LEVEL = debug   # said after the value
                OPENROUTER_TITLE="a # title"
                LITELLM_API_KEY='single$quoted'
                """);

        GatewaySettings settings = Given.settings(directory);
        assertEquals("DEBUG", settings.log().level());
        assertEquals("a # title", settings.backends().get("openrouter").asUpstream().headers().get("X-Title"));
        assertEquals(new Auth.Bearer(Secret.of("single$quoted")), settings.backends().get("litellm").asUpstream().auth());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PORT=1\\n\\ncanary-7f3a | 3",
        "PORT=1\\nDATABRICKS_TOKEN=\"canary-7f3a\\nLOG_LEVEL=DEBUG\\n | 2",
        "PORT=1\\nDATABRICKS_TOKEN='canary-7f3a | 2"
    })
    void aBrokenDotenvLineIsFoundAndNotShown(String text, int line) throws IOException {
        file(".env", text.replace("\\n", "\n"));

        String message = Given.refusal(directory);

        assertTrue(message.contains(".env line " + line), message);
        assertFalse(message.contains("7f3a"), message);
    }

    @Test
    void aValueOverSeveralLinesIsNotTakenForABrokenOne() throws IOException {
        file(".env", "PORT=4002\nOTHER=\"-----BEGIN\nabc=\nexport a=b\n-----END\"\nHOST=localhost\n");

        assertEquals("localhost", Given.settings(directory).host());
    }

    @Test
    void dotenvFilesAreReadAsPeopleWriteThem() throws IOException {
        file(".env", "\uFEFFexport PORT=4002\r\n  export\tDATABRICKS_HOST = adb-1.2\r\nNAME=b\r\nLITELLM_API_KEY=a#${NAME}#c # said\r\n"
                + "OPENROUTER_TITLE=\"${NAME} ${OTHER:-none}\"\r\nOPENROUTER_REFERER='${NAME}'\r\nproxy.max-body-bytes=7\r\n");

        GatewaySettings settings = Given.settings(directory);
        assertEquals(4002, settings.port());
        assertTrue(settings.backends().get("databricks").asUpstream().hasHost());
        assertEquals(new Auth.Bearer(Secret.of("a#b#c")), settings.backends().get("litellm").asUpstream().auth());
        assertEquals("b none", settings.backends().get("openrouter").asUpstream().headers().get("X-Title"));
        assertEquals("${NAME}", settings.backends().get("openrouter").asUpstream().headers().get("HTTP-Referer"));
        assertEquals(7, settings.limits().maxBodyBytes());
    }

    @Test
    void aVariableInADotenvFileIsTheEnvironmentsThenTheFilesThenTheWeakerFiles() throws IOException {
        file(".env", "A=1\nB=2\nC=3\n");
        file(".env.production", "B=5\nPORT=4${A}${B}${C}\n");

        assertEquals(4153, Given.settings(directory).port());
        assertEquals(4159, Given.settings(directory, "C", "9").port());
    }

    @Test
    void aVariableThatIsNotSetIsNamed() throws IOException {
        file(".env", "DATABRICKS_TOKEN=canary-7f3a-${NOT_SET}\n");

        String message = Given.refusal(directory);
        assertTrue(message.contains(".env") && message.contains("the variable NOT_SET, which DATABRICKS_TOKEN refers to, is not set"), message);
        assertFalse(message.contains("7f3a"), message);
        assertEquals("openrouter", Given.settings(directory, "NOT_SET", "x").backend());
    }

    @Test
    void whatStandsInQuotesOverSeveralLinesStaysAsItIs() throws IOException {
        file(".env", "KEYS=\"one\nabc=d#e\nexport a=b\"\nPORT=4002\n");

        SettingSources sources = SettingSources.open(Map.of(), directory, Given.ALL);
        assertEquals("one\nabc=d#e\nexport a=b", sources.variable("KEYS").orElseThrow());
        assertEquals(4002, Given.settings(directory).port());
    }

    @Test
    void filesThatAreNotTextAreRefused() throws IOException {
        Files.write(directory.resolve(".env"), new byte[] {'A', '=', (byte) 0xff, (byte) 0xfe});
        assertTrue(Given.refusal(directory).contains(".env cannot be read"));

        Files.delete(directory.resolve(".env"));
        file("application.properties", "log.dir=\\uZZZZ");
        assertTrue(Given.refusal(directory).contains("application.properties cannot be read"));
    }

    @Test
    void aDirectoryNamedLikeAFileIsLeftAlone() throws IOException {
        Files.createDirectory(directory.resolve(".env"));
        Path odd = Files.createDirectory(directory.resolve("project.env"));
        Files.writeString(odd.resolve(".env"), "PORT=4002");

        assertEquals(4000, Given.settings(directory).port());
        assertEquals(4002, Given.settings(odd).port());
    }

    @Property(tries = 300)
    void separatorsAndLetterCaseOfAPropertyDoNotCount(@ForAll("spellings") Spelled spelled) {
        assertEquals(spelled.setting, Given.ALL.ofProperty(spelled.key).orElseThrow());
    }

    record Spelled(Setting setting, String key) {}

    @Provide
    Arbitrary<Spelled> spellings() {
        return Arbitraries.of(Given.ALL.all()).flatMap(setting ->
                Arbitraries.of('.', '-', '_').list().ofSize(setting.name().length()).flatMap(separators ->
                        Arbitraries.of(true, false).list().ofSize(setting.name().length()).map(upper -> {
                            StringBuilder key = new StringBuilder();
                            for (int i = 0; i < setting.name().length(); i++) {
                                char letter = setting.name().charAt(i);
                                key.append(letter == '_' ? separators.get(i)
                                        : upper.get(i) ? letter : Character.toLowerCase(letter));
                            }
                            return new Spelled(setting, key.toString());
                        })));
    }

    @ParameterizedTest
    @ValueSource(strings = {"databricks.timeout", "databricks-timeout", "DATABRICKS_TIMEOUT", "Databricks.Timeout"})
    void everySpellingIsRead(String key) throws IOException {
        file("application.properties", key + " = 45");

        assertEquals(45, Given.settings(directory).backends().get("databricks").asUpstream().times().head().toSeconds());
    }

    @Test
    void propertyNamesFollowTheEnvironmentNames() {
        assertAll(
                () -> assertEquals("proxy.backend", Given.setting("PROXY_BACKEND").property()),
                () -> assertEquals("databricks.max-retries", Given.setting("DATABRICKS_MAX_RETRIES").property()),
                () -> assertEquals("port", Given.setting("PORT").property()));
    }

    @ParameterizedTest
    @CsvSource({
        "proxy.bakend, proxy.backend",
        "databricks.max-retry, databricks.max-retries",
        "OPENROUTER_API_KEYS, openrouter.api-key",
        "litellm.base, litellm.",
        "anthropic.upstream-ur, anthropic.upstream-url",
        "proxy.port, port",
        "proxy.log.level, log.level"
    })
    void anUnknownKeyOfOursNamesTheNearest(String key, String nearest) throws IOException {
        file("application.properties", "port=4001\n" + key + "=canary-7f3a\n");

        String message = Given.refusal(directory);

        assertTrue(message.contains("application.properties") && message.contains(key), message);
        assertTrue(message.contains("did you mean " + nearest), message);
        assertFalse(message.contains("7f3a"), message);
    }

    @Test
    void unknownKeysElsewhereAreNobodysBusiness() throws IOException {
        file("application.properties", "quarkus.http.port=1\nspring.main.x=y\ncamel.main.tracing=true\n");
        file(".env", "PROXY_BAKEND=x\nDATABRICKS_WHATEVER=y\n");

        assertEquals("openrouter", Given.settings(directory, "LITELLM_MASTER", "z").backend());
    }

    @Test
    void twoSpellingsOfOneSettingAreRefused() throws IOException {
        file("application.properties", "proxy.backend=OPENROUTER\nproxy-backend=ANTHROPIC\n");

        assertTrue(Given.refusal(directory).contains("same setting"));
    }

    @Test
    void camelPropertiesAreOverlaid() throws IOException {
        file("application.properties", "camel.main.shutdownTimeout=5\ncamel.main.tracing=true\n");

        GatewaySettings settings = Given.settings(directory);

        assertEquals("5", settings.camelProperties().get("camel.main.shutdownTimeout"));
        assertFalse(settings.camelProperties().containsKey("camel.main.shutdown-timeout"));
        assertEquals("true", settings.camelProperties().get("camel.main.tracing"));
        assertEquals("false", settings.camelProperties().get("camel.component.direct.block"));
        assertTrue(settings.camelProperties().keySet().stream().allMatch(key -> key.startsWith("camel.")));
    }

    @Test
    void theModelTableIsTheNamedFileElseTheOneBesideElseBuiltIn() throws IOException {
        assertEquals(null, Given.settings(directory).modelsFile());
        file("models.yaml", "litellm:");
        assertEquals(directory.resolve("models.yaml"), Given.settings(directory).modelsFile());
        file("mine.yaml", "litellm:");
        assertEquals(directory.resolve("mine.yaml"), Given.settings(directory, "MODELS_PATH", "mine.yaml").modelsFile());
        assertTrue(Given.refusal(directory, "MODELS_PATH", "lost.yaml").contains("MODELS_PATH=lost.yaml"));
    }

    @Test
    void theRulesForToolsAreTheNamedFileElseWhereOneMayCome() throws IOException {
        assertEquals(directory.resolve("tool-review.yaml"), Given.settings(directory).toolReviewFile());
        file("mine.yaml", "rules: []");
        assertEquals(directory.resolve("mine.yaml"), Given.settings(directory, "TOOL_REVIEW_PATH", "mine.yaml").toolReviewFile());
        assertTrue(Given.refusal(directory, "TOOL_REVIEW_PATH", "lost.yaml").contains("TOOL_REVIEW_PATH=lost.yaml"));
    }

    private void assertPort(int port, String source) {
        GatewaySettings settings = Given.settings(directory);
        assertEquals(port, settings.port());
        assertTrue(settings.effective().contains("PORT = " + port + " (" + source + ")"), settings.effective().toString());
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
    }
}
