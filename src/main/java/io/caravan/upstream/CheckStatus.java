package io.caravan.upstream;

import io.caravan.call.GatewayFault;
import io.caravan.call.UpstreamFault;
import io.caravan.call.UpstreamRefusal;
import io.caravan.format.messages.ErrorBody;
import io.caravan.provider.Auth;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets a 2xx answer of the expected kind pass and turns anything else into the fault the client is to see (protocol 3.8,
 * rules P10 and 7–8): what the client itself got wrong keeps its body, what concerns this gateway's account does not
 * reach it.
 */
public final class CheckStatus implements Processor {

    private static final int LONGEST_RETRY_AFTER_OUTAGE = 30;
    private static final String DEFAULT_RETRY_AFTER = "5";

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        int status = attempt.status();
        if (status >= 200 && status < 300) {
            checkKind(attempt);
            return;
        }
        if (status < 400) {
            throw attempt.lying("answered with a redirect (" + status + "), which is never followed; check its URL.");
        }
        if (status == 407) {
            throw new UpstreamRefusal(403, "permission_error", "The outgoing proxy refused the gateway's credential"
                    + " (PROXY_URL, HTTPS_PROXY); its operator must check it.", null, null).last();
        }
        UpstreamWords said = UpstreamWords.of(attempt);
        if (said.status() >= 500) {
            throw outage(attempt, said.status());
        }
        if (said.status() == 429) {
            throw busy(attempt, said);
        }
        boolean ours = !(attempt.upstream().settings().auth() instanceof Auth.PassThrough);
        if ((said.status() == 401 || said.status() == 403) && ours) {
            throw UpstreamFault.locked("The upstream (" + attempt.backend() + ") refused the gateway's credential ("
                    + attempt.status() + "); its operator must check it.");
        }
        throw new UpstreamRefusal(said.status(), said.type(), said.message(), said.body(), said.format())
                .retryAfter(RetryAfter.seconds(attempt.header("retry-after")))
                .shouldRetry(shouldRetry(attempt, said));
    }

    private static void checkKind(Attempt attempt) {
        String type = attempt.header("content-type");
        String kind = type == null ? "" : type.toLowerCase(Locale.ROOT);
        boolean events = kind.startsWith("text/event-stream");
        if (!kind.isEmpty() && !events && !kind.contains("json")) {
            throw attempt.lying("answered with " + shown(kind) + " instead of a message; check its URL.");
        }
        if (events && !attempt.call().request().stream()) {
            throw attempt.lying("answered a plain request with an event stream.");
        }
    }

    private static GatewayFault outage(Attempt attempt, int status) {
        int shown = switch (status) {
            case 500, 502, 503, 504 -> status;
            case 529 -> 503;
            default -> 500;
        };
        String seconds = RetryAfter.seconds(attempt.header("retry-after"));
        GatewayFault fault = UpstreamFault.unavailable(shown, ErrorBody.typeOf(shown),
                "The upstream (" + attempt.backend() + ") failed: " + status + ".").asked(RetryAfter.wait(seconds));
        if (shown == 503) {
            boolean usable = seconds != null && seconds.length() < 9
                    && Integer.parseInt(seconds) <= LONGEST_RETRY_AFTER_OUTAGE;
            fault.retryAfter(usable ? seconds : seconds == null ? DEFAULT_RETRY_AFTER : "" + LONGEST_RETRY_AFTER_OUTAGE);
        }
        return fault.shouldRetry(attempt.header("x-should-retry"));
    }

    private static GatewayFault busy(Attempt attempt, UpstreamWords said) {
        String seconds = RetryAfter.seconds(attempt.header("retry-after"));
        return UpstreamFault.busy(said.message(), said.body(), said.format()).asked(RetryAfter.wait(seconds))
                .retryAfter(seconds != null ? seconds : DEFAULT_RETRY_AFTER)
                .shouldRetry(attempt.header("x-should-retry"));
    }

    /** A 401 of the client's own credential would cost it minutes of retries; what policy blocks stays blocked. */
    private static String shouldRetry(Attempt attempt, UpstreamWords said) {
        String given = attempt.header("x-should-retry");
        boolean last = said.status() == 401 || said.type().equals("policy_blocked");
        return given == null && last ? "false" : given;
    }

    private static String shown(String kind) {
        int semicolon = kind.indexOf(';');
        return semicolon < 0 ? kind : kind.substring(0, semicolon);
    }
}
