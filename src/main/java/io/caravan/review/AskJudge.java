/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.call.Call;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.CallWatch;
import io.caravan.call.ClientStream;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;

/**
 * Asks the judge about the tool use of the exchange: a model of the operator's choice, by the gateway's own routes as a client
 * would, within a time limit of its own. Whatever is not a verdict in the one form asked for is none. Blocks.
 */
final class AskJudge implements Processor {

    private static final String PAGE = "direct:judge";
    private static final ClientStream.Headers HEADERS = new ClientStream.Headers(
            List.of(Map.entry("content-type", "application/json"), Map.entry("anthropic-version", "2023-06-01")));

    private final ToolReview rules;
    private final CallWatch watch;

    /** @param watch looks at the time limit */
    AskJudge(ToolReview rules, CallWatch watch) {
        this.rules = rules;
        this.watch = watch;
    }

    @Override
    public void process(Exchange exchange) {
        String rule = exchange.getVariable("rule", "", String.class);
        asked(ToolUse.of(exchange)).by(rule).putInto(exchange);
    }

    private Judgement asked(ToolUse use) {
        ToolReview.Judge judge = rules.judge();
        if (judge.model().isEmpty()) {
            return Judgement.unavailable(Judgement.Reason.ERROR);
        }
        byte[] question = JudgeQuestion.of(use, judge.model().get(), judge);
        if (question.length > JudgeQuestion.LONGEST) {
            return Judgement.unavailable(Judgement.Reason.INPUT_TOO_LONG);
        }
        return asked(use.call(), question, judge.timeout());
    }

    private Judgement asked(Call asking, byte[] question, Duration timeout) {
        long begun = System.nanoTime();
        JudgeAnswer answer = new JudgeAnswer();
        Exchange exchange = new DefaultExchange(asking.exchange().getContext());
        Call call = new Call(new Call.Arrival(exchange, WireFormat.MESSAGES, answer, HEADERS, "POST", "/v1/messages", null,
                asking.correlationId(), begun)).by(asking.caller()).asking(ModelRequest.read(question)).putInto(exchange);
        exchange.getMessage().setBody(question);
        CallWatch.Watched limit = now -> {
            if (now - begun > timeout.toNanos()) {
                call.life().stop();
            }
        };
        asking.client().whenGone(call.life()::stop);
        asking.life().whenStopped(call.life()::stop);
        watch.add(limit);
        try {
            Senders.of(exchange.getContext()).send(PAGE, exchange);
        } finally {
            watch.remove(limit);
            call.life().end(Outcome.ABANDONED);
        }
        if (System.nanoTime() - begun > timeout.toNanos()) {
            return Judgement.unavailable(Judgement.Reason.TIMEOUT);
        }
        return answer.judgement();
    }
}
