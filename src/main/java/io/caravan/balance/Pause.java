package io.caravan.balance;

import io.caravan.call.ClientGone;
import io.caravan.call.ClientStream;
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
     * @throws ClientGone as soon as {@code client} leaves
     */
    void await(Duration wait, ClientStream client);

    /** Waits on the clock; an interrupt is taken as the gateway's end. */
    static Pause real() {
        return (wait, client) -> {
            CountDownLatch gone = new CountDownLatch(1);
            client.whenGone(gone::countDown);
            try {
                if (gone.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new ClientGone();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GatewayFault(503, "api_error", "The gateway is stopping.").retryAfter("5");
            }
        };
    }
}
