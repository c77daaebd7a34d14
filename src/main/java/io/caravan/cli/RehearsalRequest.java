/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks the gateway that runs by these settings to rehearse: the requests are in its memory alone. */
final class RehearsalRequest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** It was not rehearsed; the message says why. */
    static final class Hindrance extends Exception {

        private static final long serialVersionUID = 1L;

        Hindrance(String why) {
            super(why);
        }
    }

    private RehearsalRequest() {
    }

    /** What the gateway has found out. */
    static JsonNode send(GatewaySettings settings) throws Hindrance, InterruptedException {
        URI gateway = gateway(settings);
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve("/rehearse")).timeout(PATIENCE).POST(BodyPublishers.noBody());
        key(settings).ifPresent(key -> request.header("x-api-key", key.reveal()));
        try {
            HttpResponse<byte[]> answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
            return report(Json.MAPPER.readTree(answer.body()), gateway);
        } catch (ConnectException e) {
            throw new Hindrance("no gateway answers at " + gateway + "; start it there, with PROXY_REHEARSE");
        } catch (IOException e) {
            throw new Hindrance("what answers at " + gateway + " is no gateway that can rehearse");
        }
    }

    private static JsonNode report(JsonNode answer, URI gateway) throws Hindrance {
        String refused = answer.path("error").path("message").asText(answer.path("fault").asText());
        if (!refused.isEmpty()) {
            throw new Hindrance(refused);
        }
        if (!answer.path("requests").isArray()) {
            throw new Hindrance("what answers at " + gateway + " is no gateway that can rehearse");
        }
        return answer;
    }

    /** An address that stands for every one of this machine is reached by the loopback one. */
    private static URI gateway(GatewaySettings settings) throws Hindrance {
        if (settings.port() == 0) {
            throw new Hindrance("with PORT=0 it is not known where the gateway is; set the port it serves");
        }
        try {
            InetAddress address = InetAddress.getByName(settings.host());
            InetAddress reached = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
            return new URI("http", null, reached.getHostAddress(), settings.port(), null, null, null);
        } catch (Exception e) {
            throw new Hindrance("HOST is no address of this machine: " + settings.host());
        }
    }

    private static Optional<Secret> key(GatewaySettings settings) {
        return Stream.concat(Stream.ofNullable(settings.keys().adminKey()), settings.keys().keys().stream()).findFirst();
    }
}
