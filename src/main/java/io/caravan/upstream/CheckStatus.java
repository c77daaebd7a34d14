/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.CallObserver;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Auth;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets a 2xx answer pass and turns anything else into the failure it means. What the client itself got
 * wrong keeps its body; what concerns this gateway's account (R7) or the upstream's state (R8) is told in the gateway's own
 * words (P10).
 */
final class CheckStatus implements Processor {

    private final CallObserver observer;

    /** @param observer is told of each error, in the upstream's own words too */
    CheckStatus(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        int status = attempt.status();
        if (status >= 400) {
            Failure failure = failure(attempt, status);
            observer.refused(attempt.call(), attempt, failure,
                    ErrorReader.words(attempt.target().masking().masked(attempt.errorBody())));
            throw failure;
        }
        if (status / 100 != 2) {
            throw attempt.badAnswer("answered with a redirect (" + status + "), which is never followed; check its URL.");
        }
    }

    private static Failure failure(Attempt attempt, int status) {
        if (status == 407) {
            return Failure.of(Kind.PROXY_CREDENTIAL_REFUSED, ConnectionFailure.CREDENTIAL);
        }
        byte[] body = attempt.target().masking().masked(attempt.errorBody());
        Failure said = attempt.purpose().translator().error(status, body).masked(attempt.target().masking()::masked);
        if (ErrorReader.words(body) == null) {
            said = said.saying(generic(attempt, said));
        }
        return owned(attempt, said)
                .asked(RetryAfter.wait(attempt.head().header("retry-after").orElse(null)))
                .shouldRetry(attempt.head().header("x-should-retry").orElse(null));
    }

    private static String generic(Attempt attempt, Failure said) {
        String did = said.isServerError() ? "failed: " : "refused the request: ";
        return "The upstream (" + attempt.upstream() + ") " + did + attempt.status() + ".";
    }

    /** Whose credential was refused, and whose words may be told. */
    private static Failure owned(Attempt attempt, Failure said) {
        if (said.kind() == Kind.CREDENTIAL_REFUSED) {
            return credentialRefused(attempt, said);
        }
        if (said.kind() == Kind.NOT_AT_URL) {
            return said.saying(notAtUrl(attempt, said));
        }
        if (said.kind().counts()) {
            return said.saying(generic(attempt, said));
        }
        return said;
    }

    private static String notAtUrl(Attempt attempt, Failure said) {
        String words = "The upstream (" + attempt.upstream() + ") has nothing at its URL (" + attempt.status() + "): the base of"
                + " that URL is wrong, or it does not offer this API; its operator must check it.";
        if (ErrorReader.words(attempt.errorBody()) == null) {
            return words;
        }
        return words + " It says: " + said.getMessage();
    }

    private static Failure credentialRefused(Attempt attempt, Failure said) {
        boolean clients = attempt.target().settings().auth() instanceof Auth.PassThrough;
        if (!clients) {
            return Failure.of(Kind.CREDENTIAL_REFUSED, "The upstream (" + attempt.upstream() + ") refused the gateway's"
                    + " credential (" + attempt.status() + "); its operator must check it.");
        }
        if (ErrorReader.isUnauthenticated(attempt.status())) {
            return said.as(Kind.CLIENT_UNAUTHENTICATED);
        }
        return said.as(Kind.CLIENT_FORBIDDEN);
    }
}
