/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Takes an upstream's token count as the page to answer with. One that says it has no such endpoint is not asked again for
 * a while; what it says about the request itself goes to the client. Any other failure lets the gateway estimate. Blocks
 * for the body.
 */
final class TakeCount implements Processor {

    private static final int LONGEST_BODY = 1024 * 1024;

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        attempt.opened(exchange.getMessage().getBody(InputStream.class));
        byte[] body = body(attempt);
        if (ErrorReader.lacksEndpoint(attempt.status())) {
            attempt.target().cannotCount();
        }
        if (ErrorReader.isJudgment(attempt.status())) {
            refuse(attempt, body);
        }
        boolean counted = attempt.head().isOk() && isCount(body);
        if (!counted) {
            throw Failure.of(Kind.UNAVAILABLE, "The upstream (" + attempt.upstream() + ") did not count.");
        }
        exchange.setVariable("tokenCount", "exact");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(body);
    }

    private static byte[] body(Attempt attempt) {
        try {
            return attempt.body().readNBytes(LONGEST_BODY);
        } catch (IOException e) {
            throw attempt.brokenOff(e);
        } finally {
            attempt.cut();
        }
    }

    /** What the upstream says of the request itself, in the client's own format, is for the client. */
    private static void refuse(Attempt attempt, byte[] body) {
        Failure said = attempt.purpose().translator().error(attempt.status(), attempt.target().masking().masked(body));
        if (said.isTheClients() && said.body(attempt.call().format()).isPresent()) {
            throw said;
        }
    }

    private static boolean isCount(byte[] body) {
        try {
            JsonNode tokens = Json.MAPPER.readTree(body).path("input_tokens");
            return tokens.isIntegralNumber() && tokens.asLong() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
