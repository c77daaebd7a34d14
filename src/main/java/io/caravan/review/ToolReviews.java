/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has tool uses reviewed by the page {@code review-tools}, each beside the stream it came in. Where that is the built-in page and
 * a rule decides, which takes microseconds, the page is not run. Safe for use by many threads.
 */
final class ToolReviews {

    private static final Logger LOG = LoggerFactory.getLogger(ToolReviews.class);
    private static final String PAGE = "direct:review-tool";
    private static final String ROUTE = "review-tool";
    /** A longer input is not looked at while its stream waits. */
    private static final int SHORT_INPUT = 8 * 1024;

    private final ToolReview rules;
    private final Duration longest;
    private final CallObserver observer;

    /**
     * @param longest  how long the page may take for one tool use
     * @param observer is told of every verdict
     */
    ToolReviews(ToolReview rules, Duration longest, CallObserver observer) {
        this.rules = rules;
        this.longest = longest;
        this.observer = observer;
    }

    /**
     * What the page says of {@code use}, as soon as it does; unavailable where that takes too long. Never fails.
     *
     * @param length how long the input is, in bytes, or more
     */
    CompletableFuture<Judgement> review(ToolUse use, int length) {
        if (length <= SHORT_INPUT && pageIsBuiltIn(use)) {
            Judgement byRules = Judgement.of(rules.decide(use.asked()));
            if (byRules.verdict() != ToolReview.Verdict.JUDGE) {
                return noted(use.call(), use.tool(), CompletableFuture.completedFuture(byRules));
            }
        }
        return askPage(use);
    }

    private static boolean pageIsBuiltIn(ToolUse use) {
        Route page = use.call().exchange().getContext().getRoute(ROUTE);
        return page != null && page.getSourceResource().getLocation().startsWith("classpath:");
    }

    private CompletableFuture<Judgement> askPage(ToolUse use) {
        CompletableFuture<Judgement> judgement = new CompletableFuture<>();
        try {
            use.call().client().beside(() -> judgement.complete(asked(use)));
        } catch (RejectedExecutionException | IllegalStateException e) {
            judgement.complete(Judgement.unavailable(Judgement.Reason.ERROR));
        }
        judgement.completeOnTimeout(Judgement.unavailable(Judgement.Reason.TIMEOUT), longest.toMillis(), TimeUnit.MILLISECONDS);
        return noted(use.call(), use.tool(), judgement);
    }

    /** Tells of the verdict once there is one. */
    CompletableFuture<Judgement> noted(Call call, String tool, CompletableFuture<Judgement> judgement) {
        judgement.thenAccept(verdict -> observer.reviewed(call, verdict.noted(tool)));
        return judgement;
    }

    private Judgement asked(ToolUse use) {
        try {
            Exchange exchange = new DefaultExchange(use.call().exchange().getContext());
            use.putInto(exchange);
            Senders.of(exchange.getContext()).send(PAGE, exchange);
            Throwable failed = failure(exchange);
            if (failed == null) {
                return Judgement.of(exchange);
            }
            LOG.warn("The page review-tools failed for {}: {}", use, failed.toString());
        } catch (RuntimeException e) {
            LOG.warn("The page review-tools could not be asked for {}: {}", use, e.toString());
        }
        return Judgement.unavailable(Judgement.Reason.ERROR);
    }

    private static @Nullable Throwable failure(Exchange exchange) {
        if (exchange.getException() != null) {
            return exchange.getException();
        }
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    }
}
