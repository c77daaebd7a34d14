/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the call to an upstream. Where the upstream learns and answered 400 naming a field, a beta or a limit, that is
 * remembered and variable {@code attempt} becomes {@code again}, once a request; in all other cases {@code done}. Reads
 * the body of any error answer; blocks for it.
 */
final class LearnRefusal implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(LearnRefusal.class);
    private static final String VARIABLE = "attempt";

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
        if (first && mayLearn(attempt) && learned(attempt)) {
            exchange.setVariable(VARIABLE, "again");
        }
    }

    private static boolean mayLearn(Attempt attempt) {
        return attempt.target().settings().learns() && ErrorReader.isRefusal(attempt.status());
    }

    private static boolean learned(Attempt attempt) {
        String words = ErrorReader.words(attempt.errorBody());
        if (words == null) {
            return false;
        }
        Optional<String> learned = attempt.target().learned().learn(attempt.model(), words, attempt.call().request(),
                attempt.purpose().outgoing().bytes());
        learned.ifPresent(what -> LOG.info("{} of {} does not take {}", attempt.upstream(),
                attempt.target().settings().backend().name(), what));
        return learned.isPresent();
    }
}
