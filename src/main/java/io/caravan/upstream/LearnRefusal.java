/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the call to an upstream. Where the upstream answered 400 naming a field, a beta, a limit or a version that the request
 * can do without, variable {@code attempt} becomes {@code again}, five times a request; in all other cases {@code done}. Once
 * the request is taken, what was refused is remembered. Reads the body of any error answer; blocks for it.
 */
final class LearnRefusal implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(LearnRefusal.class);
    private static final String VARIABLE = "attempt";
    private static final String AGAIN = "again";

    private final int longestErrorBody;

    LearnRefusal(int longestErrorBody) {
        this.longestErrorBody = longestErrorBody;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Attempt attempt = Attempt.of(exchange);
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        attempt.opened(body);
        exchange.setVariable(VARIABLE, "done");
        if (attempt.status() < 300) {
            attempt.purpose().mending().taken()
                    .ifPresent(what -> LOG.info("{} does not take {}", attempt.upstream(), what));
            return;
        }
        try {
            attempt.errorBody(attempt.body().readNBytes(longestErrorBody));
        } catch (IOException e) {
            throw attempt.brokenOff(e);
        } finally {
            attempt.cut();
        }
        if (ErrorReader.isRefusal(attempt.status()) && canBeMended(attempt)) {
            exchange.setVariable(VARIABLE, AGAIN);
        }
    }

    /** Whether the attempt to be made is one more of a request that was refused. */
    static boolean repeats(Exchange exchange) {
        return AGAIN.equals(exchange.getVariable(VARIABLE));
    }

    private static boolean canBeMended(Attempt attempt) {
        String words = ErrorReader.words(attempt.errorBody());
        if (words == null) {
            return false;
        }
        return attempt.purpose().mending().refused(words, attempt.call().request(), attempt.purpose().outgoing().bytes());
    }
}
