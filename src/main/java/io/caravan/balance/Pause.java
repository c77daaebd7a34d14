package io.caravan.balance;

import io.caravan.call.ClientGone;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits before a retry. */
@FunctionalInterface
public interface Pause {

    /**
     * Blocks for {@code wait}.
     *
     * @throws ClientGone   as soon as the client of {@code call} leaves
     * @throws GatewayFault as soon as the gateway's stopping ends {@code call}
     */
    void await(Duration wait, GatewayCall call);

    /** Waits on the clock; an interrupt is taken as the gateway's end. */
    static Pause real() {
        return (wait, call) -> {
            CountDownLatch over = new CountDownLatch(1);
            call.client().whenGone(over::countDown);
            call.whenStopped(over::countDown);
            try {
                if (over.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw call.client().isGone() ? new ClientGone() : call.stopping();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GatewayFault(503, "api_error", "The gateway is stopping.").retryAfter("5");
            }
        };
    }
}
