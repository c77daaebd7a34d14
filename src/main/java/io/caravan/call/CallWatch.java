/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every open call ten times a second, on one thread of Camel's: time limits and pings hang on it. Starts and
 * stops with the Camel context.
 */
public final class CallWatch extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);
    private static final long PERIOD_MILLIS = 100;

    /** Something with a time limit. */
    public interface Watched {

        /** Runs on the watch's thread and must not block. {@code now} is {@link System#nanoTime()}. */
        void check(long now);
    }

    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private @Nullable CamelContext camelContext;
    private @Nullable ScheduledExecutorService executor;

    public void add(Watched watched) {
        open.add(watched);
    }

    public void remove(Watched watched) {
        open.remove(watched);
    }

    /** How many are watched right now; 0 when nothing is open. */
    public int open() {
        return open.size();
    }

    @Override
    protected void doStart() {
        ScheduledExecutorService clock =
                getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "CallWatch");
        executor = clock;
        clock.scheduleAtFixedRate(this::checkAll, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        getCamelContext().getExecutorServiceManager().shutdownNow(executor);
    }

    private void checkAll() {
        long now = System.nanoTime();
        for (Watched watched : open) {
            try {
                watched.check(now);
            } catch (RuntimeException e) {
                LOG.warn("A time limit could not be checked", e);
            }
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return Objects.requireNonNull(camelContext);
    }

    @Override
    public void setCamelContext(CamelContext context) {
        camelContext = context;
    }
}
