package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.provider.Auth;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives the attempt the credential of its backend. It never becomes a message header: only the HTTP request that goes
 * out bears it. Blocks where an OAuth token must be waited for.
 */
public final class InjectAuth implements Processor {

    private final boolean keysSet;

    /** @param keysSet whether the gateway has client keys, so that a client's only credential may be one of them */
    public InjectAuth(boolean keysSet) {
        this.keysSet = keysSet;
    }

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        if (attempt.upstream().credential().exists()) {
            attempt.credential().authorize();
        } else if (attempt.upstream().settings().auth() instanceof Auth.PassThrough pass) {
            passThrough(attempt, pass.setting());
        }
    }

    private void passThrough(Attempt attempt, String setting) {
        GatewayCall call = attempt.call();
        if (call.ownCredentials().isEmpty()) {
            throw keysSet
                    ? new GatewayFault(503, "api_error", setting + " is not set, and a key of this gateway is"
                            + " not passed on; set it, or send a credential of your own beside the key.").last()
                    : new GatewayFault(401, "authentication_error",
                            setting + " is not set; send your own x-api-key or Authorization: Bearer.").last();
        }
        call.ownCredentials().forEach(header -> attempt.header(header.getKey(), header.getValue()));
    }
}
