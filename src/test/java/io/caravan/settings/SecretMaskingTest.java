/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret is in no message, no warning, no line of {@code config check} and no {@code toString}. */
class SecretMaskingTest {

    private static final String CANARY = "canary-7f3a";

    @Test
    void aSecretShowsStars() {
        assertEquals("***", Secret.of(CANARY).toString());
        assertEquals(CANARY, Secret.of(CANARY).reveal());
        assertEquals(Secret.of(CANARY), Secret.of(CANARY));
        assertEquals(Secret.of(CANARY).hashCode(), Secret.of(CANARY).hashCode());
        assertNotEquals(Secret.of(CANARY), Secret.of("other"));
    }

    @Test
    void nothingReadShowsASecret(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("application.properties"), "camel.ssl.key-store-password=" + CANARY);
        Map<String, String> variables = new HashMap<>();
        Given.ALL.all().stream().filter(Setting::secret).forEach(setting -> variables.put(setting.name(), CANARY));
        variables.put("PROXY_URL", "http://user:" + CANARY + "@proxy.example:3128");
        variables.put("HTTPS_PROXY", "user:" + CANARY + "@proxy.example:3128");

        GatewaySettings settings = GatewaySettings.read(variables, directory);

        assertFalse(settings.toString().contains(CANARY));
        assertFalse(settings.backends().toString().contains(CANARY));
        assertFalse(settings.keys().toString().contains(CANARY));
        assertFalse(settings.outgoing().toString().contains(CANARY));
        assertFalse(settings.warnings().toString().contains(CANARY));
        assertFalse(settings.effective().toString().contains(CANARY), settings.effective().toString());
        assertTrue(settings.effective().contains("DATABRICKS_TOKEN = *** (environment)"));
        assertTrue(settings.effective().contains("PROXY_API_KEYS = *** (environment)"));
        assertTrue(settings.effective().contains("PROXY_URL = http://***@proxy.example:3128 (environment)"));
    }

    @Provide
    Arbitrary<Setting> settings() {
        return Arbitraries.of(Given.ALL.all());
    }

    @Property(tries = 500)
    void noRefusalShowsASecret(@ForAll("settings") Setting setting, @ForAll @StringLength(max = 20) String noise) {
        String value = setting.secret() ? CANARY + noise : "http://user:" + CANARY + noise + "@";
        try {
            GatewaySettings settings = Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", setting.name(), value);
            assertFalse(settings.effective().toString().contains(CANARY));
            assertFalse(settings.warnings().toString().contains(CANARY));
        } catch (SettingsException e) {
            assertFalse(e.getMessage().contains(CANARY), e.getMessage());
            assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
        }
    }

    @Test
    void aSecretThatCannotStandInAHeaderIsRefusedUnshown() {
        String message = Given.refusal("DATABRICKS_TOKEN", CANARY + "\n" + CANARY);

        assertTrue(message.startsWith("DATABRICKS_TOKEN (environment) is not valid"), message);
        assertFalse(message.contains(CANARY), message);
    }

    @Test
    void aPasswordIsMaskedOverALineSeparatorToo() {
        for (String separator : new String[] {"\u2028", "\u2029", "\u0085"}) {
            assertFalse(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "DATABRICKS_ENABLED",
                    "http://user:" + CANARY + separator + "@").effective().toString().contains(CANARY));
        }
    }
}
