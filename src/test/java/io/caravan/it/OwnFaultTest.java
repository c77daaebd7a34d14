/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault nobody foresaw, here in a route of the user's own: an error in Anthropic's shape, nothing of the inside. */
class OwnFaultTest {

    @Test
    void anUnforeseenFailureIsA500ThatTellsNothing(@TempDir Path work) throws IOException, InterruptedException {
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/boom.camel.yaml"), """
                - route:
                    id: boom
                    from:
                      uri: platform-http:/boom
                      parameters: {useBodyHandler: false}
                      steps:
                        - process: {ref: acceptCall}
                        - throwException:
                            exceptionType: java.lang.IllegalStateException
                            message: inner secret of the gateway
                """);
        try (Caravan gateway = Caravan.start(GatewaySettings.read(Map.of("PORT", "0", "OPENROUTER_API_KEY", "k"), work))) {
            HttpResponse<String> response = HttpClient.newHttpClient().send(
                    HttpRequest.newBuilder(gateway.url().resolve("/boom")).build(), HttpResponse.BodyHandlers.ofString());

            FaultsRequestTest.assertFault(response, 500, "api_error");
            assertFalse(response.body().contains("secret") || response.body().contains("Exception"), response.body());
        }
    }
}
