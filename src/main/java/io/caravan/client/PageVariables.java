/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.UpstreamAnswer;
import io.caravan.format.Usage;
import java.util.Locale;
import org.apache.camel.Exchange;

/**
 * What a page may know of a call, as variables that every expression language of Camel reads: plain text, numbers and truth
 * values, never a secret. Each is set as soon as it is known.
 */
final class PageVariables {

    private PageVariables() {
    }

    /** What the request says, once it was read. */
    static void ofRequest(Call call, Exchange exchange) {
        exchange.setVariable("caravanModel", call.request().model());
        exchange.setVariable("caravanStream", call.request().stream());
        call.session().ifPresent(session -> exchange.setVariable("caravanSession", session));
        call.headers().first("x-claude-code-agent-type").or(() -> call.headers().first("x-claude-code-agent-id"))
                .ifPresent(agent -> exchange.setVariable("caravanAgent", agent));
        String client = call.caller().label();
        if (client != null) {
            exchange.setVariable("caravanClient", client);
        }
    }

    /** Who answers. */
    static void ofAnswer(UpstreamAnswer answer, Exchange exchange) {
        exchange.setVariable("caravanBackend", answer.backend());
        exchange.setVariable("caravanUpstream", answer.upstream());
        answer.whole().ifPresent(whole -> ofUsage(whole.usage(), exchange));
    }

    /** How the call ended, and what it has cost. */
    static void ofEnd(Call call, Outcome outcome, Exchange exchange) {
        ofUsage(call.record().usage(), exchange);
        exchange.setVariable("caravanOutcome", outcome.name().toLowerCase(Locale.ROOT));
    }

    private static void ofUsage(Usage usage, Exchange exchange) {
        if (usage != Usage.UNKNOWN) {
            exchange.setVariable("caravanInputTokens", usage.input());
            exchange.setVariable("caravanOutputTokens", usage.output());
            exchange.setVariable("caravanCacheReadTokens", usage.cacheRead());
            exchange.setVariable("caravanCacheWriteTokens", usage.cacheWrite());
        }
    }
}
