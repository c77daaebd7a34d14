/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.json;
import static io.caravan.it.ProbesTest.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The health pages with several workspaces (3.7, 3.8). */
@Timeout(180)
class HealthOfWorkspacesTest {

    @TempDir
    Path directory;

    private static void down(Fleet fleet, int workspace) {
        fleet.workspace(workspace).respondWith((request, reply) -> {
            reply.status(500).send(new byte[0]);
            return true;
        });
    }

    @Test
    void eachWorkspaceIsAskedAndOneThatIsThereIsEnough() {
        try (Fleet fleet = Fleet.start(directory, 3, "strategy: round_robin")) {
            down(fleet, 1);
            HttpResponse<String> response = ask(fleet.gateway(), "GET", "/health/detailed");
            assertEquals(200, response.statusCode(), response.body());
            JsonNode databricks = json(response.body()).path("azure_databricks");
            assertEquals("healthy", databricks.path("status").asText());
            assertEquals("unavailable", databricks.path("workspaces").path("w1").path("status").asText());
            assertTrue(databricks.path("workspaces").path("w1").has("reason"));
            assertEquals("available", databricks.path("workspaces").path("w2").path("status").asText());
            assertEquals("available", databricks.path("workspaces").path("w3").path("status").asText());
            assertEquals("available", databricks.path("endpoints").path("claude-sonnet-4-5").asText());
            assertEquals("available", json(response.body()).path("backends").path("databricks").path("status").asText());
            assertEquals(5, json(response.body()).path("backends").size());
            assertFalse(response.body().contains(Gateway.UPSTREAM_KEY));
            JsonNode config = json(ask(fleet.gateway(), "GET", "/v1/databricks/config").body());
            assertEquals("round_robin", config.path("strategy").asText());
            assertEquals(fleet.workspace(2).url().toString(), config.path("workspaces").path(1).path("host").asText());
            for (String path : new String[] {"/v1/databricks/health", "/v1/databricks/health/detailed"}) {
                HttpResponse<String> alone = ask(fleet.gateway(), "GET", path);
                assertEquals(200, alone.statusCode(), alone.body());
                assertEquals(3, json(alone.body()).path("azure_databricks").path("workspaces").size());
            }
            for (int i = 1; i <= 3; i++) {
                assertEquals(1, fleet.workspace(i).requests().size(), "asked once in ten seconds");
            }
        }
    }

    @Test
    void withAllDownItIsA503() {
        try (Fleet fleet = Fleet.start(directory, 2, "strategy: round_robin")) {
            down(fleet, 1);
            down(fleet, 2);
            for (String path : List.of("/health/detailed", "/v1/databricks/health", "/v1/databricks/health/detailed")) {
                HttpResponse<String> response = ask(fleet.gateway(), "GET", path);
                assertEquals(503, response.statusCode(), response.body());
                assertEquals("degraded", json(response.body()).path("status").asText());
                assertEquals("unhealthy", json(response.body()).path("azure_databricks").path("status").asText());
            }
        }
    }
}
