package io.caravan.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.call.GatewayCall;
import io.caravan.call.UpstreamFault;
import io.caravan.call.UpstreamRefusal;
import io.caravan.format.json.Json;
import io.caravan.format.WireFormat;
import io.caravan.format.messages.ErrorBody;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Takes an upstream's token count as the page to answer with. One that says it has no such endpoint is not asked again for
 * a while; what it says about the request itself goes to the client. Any other failure is an {@link UpstreamFault}: then
 * the gateway estimates. Blocks for the body.
 */
public final class TakeCount implements Processor {

    private static final int LONGEST_BODY = 1024 * 1024;

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        attempt.opened(exchange.getMessage().getBody(InputStream.class));
        byte[] body;
        try {
            body = attempt.stream().readNBytes(LONGEST_BODY);
        } catch (IOException e) {
            throw attempt.failed(e);
        } finally {
            attempt.cut();
        }
        int status = attempt.status();
        if (status == 404 || status == 405 || status == 501) {
            attempt.upstream().cannotCount();
        }
        if (status == 400 || status == 413 || status == 422) {
            attempt.errorBody(body);
            ErrorBody.Reading reading = ErrorBody.read(body);
            if (reading.anthropic()) {
                UpstreamWords said = UpstreamWords.of(attempt);
                throw new UpstreamRefusal(status, said.type(), said.message(), said.body(), WireFormat.MESSAGES);
            }
        }
        if (status != 200 || !isCount(body)) {
            throw UpstreamFault.unavailable(503, "api_error", "The upstream (" + attempt.backend() + ") did not count.");
        }
        GatewayCall.of(exchange).tokenCount("exact");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(body);
    }

    private static boolean isCount(byte[] body) {
        try {
            JsonNode tokens = Json.MAPPER.readTree(body).path("input_tokens");
            return tokens.isIntegralNumber() && tokens.asLong() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
