/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Auth;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets a 2xx answer of the expected kind pass and turns anything else into the failure it means (protocol 3.8, rules P10 and
 * 7-8): what the client itself got wrong keeps its body, what concerns this gateway's account does not reach it.
 */
final class CheckStatus implements Processor {

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        int status = attempt.status();
        if (status >= 200 && status < 300) {
            checkKind(attempt);
        } else if (status < 400) {
            throw attempt.badAnswer("answered with a redirect (" + status + "), which is never followed; check its URL.");
        } else {
            throw failure(attempt, status);
        }
    }

    private static void checkKind(Attempt attempt) {
        String type = attempt.header("content-type");
        String kind = type == null ? "" : type.toLowerCase(Locale.ROOT);
        boolean events = kind.startsWith("text/event-stream");
        boolean expected = events || kind.isEmpty() || kind.contains("json");
        if (!expected) {
            throw attempt.badAnswer("answered with " + shown(kind) + " instead of a message; check its URL.");
        }
        if (events && !attempt.call().request().stream()) {
            throw attempt.badAnswer("answered a plain request with an event stream.");
        }
    }

    private static String shown(String kind) {
        int semicolon = kind.indexOf(';');
        return semicolon < 0 ? kind : kind.substring(0, semicolon);
    }

    private static Failure failure(Attempt attempt, int status) {
        if (status == 407) {
            return Failure.of(Kind.PROXY_CREDENTIAL_REFUSED, "The outgoing proxy refused the gateway's credential"
                    + " (PROXY_URL, HTTPS_PROXY); its operator must check it.");
        }
        byte[] body = attempt.target().masked(attempt.errorBody());
        Failure said = attempt.purpose().translator().error(status, body).masked(attempt.target()::masked);
        return owned(attempt, ErrorReader.words(body) == null ? said.saying(generic(attempt, said)) : said)
                .asked(RetryAfter.wait(attempt.header("retry-after")))
                .shouldRetry(attempt.header("x-should-retry"));
    }

    private static String generic(Attempt attempt, Failure said) {
        return "The upstream (" + attempt.upstream() + ") " + (said.status() >= 500 ? "failed: " : "refused the request: ")
                + attempt.status() + ".";
    }

    /** Whose credential was refused, and whose words may be told. */
    private static Failure owned(Attempt attempt, Failure said) {
        boolean ours = !(attempt.target().settings().auth() instanceof Auth.PassThrough);
        if (said.kind() == Kind.CREDENTIAL_REFUSED) {
            return ours ? Failure.of(Kind.CREDENTIAL_REFUSED, "The upstream (" + attempt.upstream() + ") refused the gateway's"
                    + " credential (" + attempt.status() + "); its operator must check it.") : clients(attempt, said);
        }
        return said.kind().counts() ? said.saying(generic(attempt, said)) : said;
    }

    private static Failure clients(Attempt attempt, Failure said) {
        return said.as(attempt.status() == 401 ? Kind.CLIENT_UNAUTHENTICATED : Kind.CLIENT_FORBIDDEN);
    }
}
