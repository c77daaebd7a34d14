package io.caravan.upstream;

import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.messages.ErrorBody;
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
public final class LearnRefusal implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(LearnRefusal.class);
    private static final String VARIABLE = "attempt";
    private static final Pattern SCHEMA = Pattern.compile("input_schema|JSON schema|function\\.parameters", Pattern.CASE_INSENSITIVE);

    private final int longestErrorBody;

    public LearnRefusal(int longestErrorBody) {
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
            attempt.errorBody(attempt.stream().readNBytes(longestErrorBody));
        } catch (IOException e) {
            throw attempt.failed(e);
        } finally {
            attempt.cut();
        }
        if (attempt.status() == 400 && first && attempt.upstream().settings().learns() && learned(attempt)) {
            exchange.setVariable(VARIABLE, "again");
        }
    }

    private static boolean learned(Attempt attempt) {
        String message = ErrorBody.read(attempt.errorBody()).message();
        if (message == null) {
            return false;
        }
        boolean chat = attempt.upstream().format() == WireFormat.CHAT;
        if (chat && SCHEMA.matcher(message).find() && !attempt.prepared().strictSchema()) {
            LOG.info("{} does not take the schemas of these tools for {}: reduced from now on", attempt.backend(),
                    attempt.model());
            return attempt.upstream().learnStrictSchema(attempt.model(), attempt.call().request());
        }
        Refusals refused = RefusalReader.read(message,
                chat ? ModelRequest.scan(attempt.prepared().bytes()) : attempt.call().request());
        if (refused.isEmpty() || !attempt.upstream().learn(attempt.model(), refused)) {
            return false;
        }
        LOG.info("{} does not take {} for {}: left out from now on", attempt.backend(), refused, attempt.model());
        return true;
    }
}
