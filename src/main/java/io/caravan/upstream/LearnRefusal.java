/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.learning.RefusalReader;
import io.caravan.learning.Refusals;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the call to an upstream. Where the backend learns and answered 400 naming a field, a beta or a limit, that is
 * remembered and variable {@code attempt} becomes {@code again}, once a request; in all other cases {@code done}. Reads
 * the body of any error answer; blocks for it.
 */
final class LearnRefusal implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(LearnRefusal.class);
    private static final String VARIABLE = "attempt";
    private static final Pattern SCHEMA = Pattern.compile("input_schema|JSON schema|function\\.parameters", Pattern.CASE_INSENSITIVE);

    private final int longestErrorBody;

    LearnRefusal(int longestErrorBody) {
        this.longestErrorBody = longestErrorBody;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Attempt attempt = Attempt.of(exchange);
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        attempt.opened(body);
        boolean first = exchange.getVariable(VARIABLE) == null;
        exchange.setVariable(VARIABLE, "done");
        if (attempt.status() < 300) {
            return;
        }
        try {
            attempt.errorBody(attempt.body().readNBytes(longestErrorBody));
        } catch (IOException e) {
            throw attempt.brokenOff(e);
        } finally {
            attempt.cut();
        }
        if (attempt.status() == 400 && first && attempt.target().settings().learns() && learned(attempt)) {
            exchange.setVariable(VARIABLE, "again");
        }
    }

    private static boolean learned(Attempt attempt) {
        String message = ErrorReader.words(attempt.errorBody());
        if (message == null) {
            return false;
        }
        if (reducesSchemas(attempt, message)) {
            LOG.info("{} does not take the schemas of these tools for {}: reduced from now on", attempt.upstream(),
                    attempt.model());
            return true;
        }
        Refusals refused = RefusalReader.read(message, ModelRequest.scan(attempt.purpose().outgoing().bytes()));
        if (refused.isEmpty() || !attempt.target().learn(attempt.model(), refused)) {
            return false;
        }
        LOG.info("{} does not take {} for {}: left out from now on", attempt.upstream(), refused, attempt.model());
        return true;
    }

    private static boolean reducesSchemas(Attempt attempt, String message) {
        return attempt.target().format() == WireFormat.CHAT && SCHEMA.matcher(message).find()
                && attempt.target().learnStrictSchema(attempt.model(), attempt.call().request());
    }
}
