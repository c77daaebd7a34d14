/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.core.spi.ExecutorServiceFactory;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The Vert.x of a gateway that stands alone. A request holds its worker as long as its stream lasts, so from Java 24 on
 * each has a virtual thread; below (where they would be pinned, or do not exist) a pool that grows to a limit.
 */
final class RequestWorkers {

    private static final int FIRST_WITHOUT_PINNING = 24;
    /** Longer than any stream: Vert.x is not to report a worker as stuck that relays one. */
    private static final long NEVER_HOURS = 10_000;

    /** Workers kept free for health, metrics and refusals while all others relay. */
    private static final int FOR_PAGES = 32;

    private RequestWorkers() {
    }

    /**
     * @param most the most model calls served at once where workers are platform threads
     * @return a Vert.x whose HTTP servers read requests strictly, and that whoever asked must close
     */
    static Vertx vertx(int most) {
        VertxOptions options = new VertxOptions()
                .setWorkerPoolSize(most + FOR_PAGES)
                .setMaxWorkerExecuteTime(NEVER_HOURS)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.HOURS)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false));
        Vertx vertx = new VertxBuilder(options).executorServiceFactory(workers()).init().vertx();
        return new VertxWrapper((VertxInternal) vertx) {
            @Override
            public HttpServer createHttpServer(HttpServerOptions server) {
                return new StrictHttpServer(delegate, server);
            }
        };
    }

    /** Whether each request has a virtual thread of its own. */
    static boolean areVirtual() {
        return Runtime.version().feature() >= FIRST_WITHOUT_PINNING;
    }

    /** How many model calls are served at once: {@code workers}, where workers are platform threads. */
    static int most(int workers) {
        if (areVirtual()) {
            return Integer.MAX_VALUE;
        }
        return workers;
    }

    private static ExecutorServiceFactory workers() {
        if (areVirtual()) {
            return (factory, size, most) -> virtual();
        }
        return (factory, size, most) -> pool(factory, most);
    }

    /** Makes a new thread only when all are busy, up to the limit; then tasks wait. */
    private static ExecutorService pool(ThreadFactory factory, int most) {
        LinkedTransferQueue<Runnable> waiting = new LinkedTransferQueue<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        return new ThreadPoolExecutor(0, most, 60, TimeUnit.SECONDS, waiting, factory, (task, full) -> waiting.put(task));
    }

    private static ExecutorService virtual() {
        try {
            Method maker = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
            return (ExecutorService) maker.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java runtime has no virtual threads", e);
        }
    }
}
