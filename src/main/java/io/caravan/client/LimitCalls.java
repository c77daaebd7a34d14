package io.caravan.client;

import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers 503 at once where all request workers are relaying, instead of letting a call wait for one unseen. Where each
 * request has a virtual thread there is no such limit.
 */
public final class LimitCalls implements Processor {

    private final int most;
    private final AtomicInteger running = new AtomicInteger();

    /** @param workers how many platform threads relay calls (proxy.worker-threads) */
    public LimitCalls(int workers) {
        this.most = RequestWorkers.areVirtual() ? Integer.MAX_VALUE : workers;
    }

    @Override
    public void process(Exchange exchange) {
        if (running.incrementAndGet() > most) {
            running.decrementAndGet();
            throw new GatewayFault(503, "api_error", "All " + most
                    + " request workers are busy (proxy.worker-threads); try again in a moment.").retryAfter("2");
        }
        GatewayCall.of(exchange).whenOver(running::decrementAndGet);
    }
}
