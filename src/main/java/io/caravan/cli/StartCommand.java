/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import io.caravan.Caravan;
import io.caravan.observe.Logging;
import io.caravan.settings.GatewaySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** Runs the gateway in the foreground until the process is asked to stop; then it ends with code 0. */
@Command(name = "start", mixinStandardHelpOptions = true,
        description = "Start the gateway in the foreground, with the settings of the environment and this directory.")
final class StartCommand implements Runnable {

    /** How long closing may take once the streams have had their time. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(8);

    @Override
    public void run() {
        GatewaySettings settings = GatewaySettings.read(System.getenv(), Path.of(""));
        requireFree(settings.host(), settings.port());
        Logging.start(settings.log(), true);
        Caravan gateway = Caravan.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, settings), "caravan-stop"));
        Logging.started(settings, gateway.url(), Caravan.version());
        await();
    }

    private static void requireFree(String host, int port) {
        PortHolder.hindrance(host, port).ifPresent(why -> {
            throw new Caravan.StartFailure(why);
        });
    }

    /** Halts by itself: a JVM left to SIGTERM would end with 143. Whatever hangs or fails is not waited for. */
    private static void stop(Caravan gateway, GatewaySettings settings) {
        Duration limit = settings.limits().drain();
        Thread stopping = new Thread(() -> {
            gateway.drain(limit);
            gateway.close();
            Logging.stop();
        }, "caravan-drain");
        stopping.start();
        try {
            stopping.join(limit.plus(TO_CLOSE).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    static void await() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
