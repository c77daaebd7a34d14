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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ledger 5.3: when a token is fetched for an OAuth client. */
class OAuthSettingsTest {

    private static final Auth CLIENT = new Auth.OAuth(
            URI.create("https://adb-1.2.azuredatabricks.net/oidc/v1/token"), "me", Secret.of("canary-7f3a"));

    @ParameterizedTest
    @CsvSource({"DATABRICKS_AUTH, oauth", "DATABRICKS_AUTH, basic", "DATABRICKS_AUTH, OAuth"})
    void aClientWithoutATokenIsEnough(String name, String value) {
        UpstreamSettings databricks = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", "adb-1.2",
                "DATABRICKS_CLIENT_ID", "me", "DATABRICKS_CLIENT_SECRET", "canary-7f3a", name, value).chosen();

        assertEquals(CLIENT, databricks.auth());
        assertTrue(databricks.configured());
        assertFalse(databricks.toString().contains("canary-7f3a"));
    }

    @Test
    void besideATokenTheClientIsUsedWhereThatIsAskedFor() {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", "adb-1.2",
                "DATABRICKS_CLIENT_ID", "me", "DATABRICKS_CLIENT_SECRET", "canary-7f3a", "DATABRICKS_TOKEN", "x",
                "DATABRICKS_AUTH", "oauth");

        assertEquals(CLIENT, settings.chosen().auth());
        assertEquals(List.of(), settings.warnings());
    }

    @ParameterizedTest
    @CsvSource({
        "DATABRICKS_AUTH, oauth, DATABRICKS_HOST|DATABRICKS_CLIENT_ID|DATABRICKS_CLIENT_SECRET",
        "DATABRICKS_CLIENT_ID, me, DATABRICKS_HOST|DATABRICKS_CLIENT_SECRET",
        "DATABRICKS_CLIENT_SECRET, canary-7f3a, DATABRICKS_HOST|DATABRICKS_CLIENT_ID",
    })
    void whatTheClientLacksIsNamed(String name, String value, String missing) {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "AZURE_DATABRICKS", name, value);

        assertEquals(List.of(missing.split("\\|")), settings.chosen().missing());
        assertEquals(new Auth.None(), settings.chosen().auth());
        assertFalse(settings.warnings().toString().contains("canary-7f3a"));
    }

    @Test
    void theTokenUrlIsTheWorkspacesOwn() {
        assertEquals(URI.create("http://127.0.0.1:9900/oidc/v1/token"), ((Auth.OAuth) Given.settings("DATABRICKS_HOST",
                "http://127.0.0.1:9900/serving-endpoints/", "DATABRICKS_CLIENT_ID", "me", "DATABRICKS_CLIENT_SECRET", "x")
                .backends().get("databricks").asUpstream().auth()).tokenUrl());
    }

    @Test
    void aClientIdThatCannotStandInAHeaderIsRefused() {
        for (String id : List.of("a:b", "a b", "ä")) {
            assertTrue(Given.refusal("DATABRICKS_CLIENT_ID", id).startsWith("DATABRICKS_CLIENT_ID=" + id), id);
        }
    }
}
