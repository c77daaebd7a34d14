/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.BackendSettings;
import io.caravan.settings.GatewaySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.AppenderComponentBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.api.LayoutComponentBuilder;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Sets up the log, of libraries only warnings unless they are asked for: JSON lines or text, to the console and
 * to {@code server.log}, which rolls at 50 MB. A second gateway in the same directory writes {@code server-<pid>.log}; a
 * directory that cannot be written leaves the console alone. Lines are written by a thread of their own, so that no
 * request waits for a slow console; when that falls far behind, lines are dropped rather than requests held up.
 */
public final class Logging {

    private static final String TEXT = "%d{ISO8601} %-5level %notEmpty{[%X{" + CallLog.CORRELATION + "}] }%logger{1} - %enc{%m{KV}}{CRLF}%n%throwable";
    private static final String CONSOLE = "console";
    private static final String FILE = "file";

    private static @Nullable FileLock lock;

    private Logging() {
    }

    /**
     * @param settings level, format and directory
     * @param console  whether lines go to the console too
     */
    public static synchronized void start(GatewaySettings.Log settings, boolean console) {
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setStatusLevel(Level.ERROR).setConfigurationName("caravan").setShutdownHook("disable");
        AppenderComponentBuilder async = builder.newAppender("async", "Async")
                .addAttribute("bufferSize", 8192).addAttribute("blocking", false);
        if (console) {
            builder.add(console(builder).add(layout(builder, settings)));
            async.addComponent(builder.newAppenderRef(CONSOLE));
        }
        chooseFile(settings.directory()).ifPresent(path -> {
            builder.add(file(builder, path).add(layout(builder, settings)));
            async.addComponent(builder.newAppenderRef(FILE));
        });
        builder.add(async);
        addLevels(builder, Level.valueOf(settings.level()), settings.libraries());
        Configurator.reconfigure(builder.build());
    }

    private static AppenderComponentBuilder console(ConfigurationBuilder<BuiltConfiguration> builder) {
        return builder.newAppender(CONSOLE, "Console")
                .addAttribute("target", ConsoleAppender.Target.SYSTEM_OUT)
                .addAttribute("immediateFlush", false);
    }

    private static AppenderComponentBuilder file(ConfigurationBuilder<BuiltConfiguration> builder, Path path) {
        return builder.newAppender(FILE, "RollingRandomAccessFile")
                .addAttribute("fileName", path.toString())
                .addAttribute("filePattern", path + ".%i")
                .addAttribute("immediateFlush", false)
                .addComponent(builder.newComponent("SizeBasedTriggeringPolicy").addAttribute("size", "50MB"))
                .addComponent(builder.newComponent("DefaultRolloverStrategy").addAttribute("max", "5"));
    }

    private static void addLevels(ConfigurationBuilder<BuiltConfiguration> builder, Level level, boolean libraries) {
        builder.add(builder.newLogger("io.caravan", level));
        // Its DEBUG lines hold every header and body on the wire, credentials among them: never, at no level.
        builder.add(builder.newLogger("org.apache.hc", atMostWarn(level)));
        // What it cannot route (a bad escape in a path) it reports with a stack trace; anyone could fill the log.
        builder.add(builder.newLogger("io.vertx.ext.web.RoutingContext", Level.OFF));
        Level others = libraries ? level : atMostWarn(level);
        builder.add(builder.newRootLogger(others).add(builder.newAppenderRef("async")));
    }

    private static Level atMostWarn(Level level) {
        return level.isMoreSpecificThan(Level.WARN) ? level : Level.WARN;
    }

    /** Writes out what is still held, and ends logging. */
    public static void stop() {
        LogManager.shutdown();
    }

    /**
     * Writes what a gateway that has started serves, behind what is to be said of its settings.
     *
     * @param version the version this jar was built as
     */
    public static void started(GatewaySettings settings, URI url, String version) {
        Logger log = LogManager.getLogger("io.caravan");
        settings.warnings().forEach(log::warn);
        log.info(new EventMessage("Active proxy backend configured").field("backend", settings.backendSetting()));
        if (settings.chosen().backend().apart()) {
            log.info(new EventMessage(settings.chosen().backend().name() + " main routing active")
                    .field("configured", settings.chosen().configured()));
            log.info(workspaces(settings.backends().chosen()));
        }
        log.info("Caravan {} serves on {}, backend {}, client keys {}, failover {}", version, url,
                settings.backendSetting(), onOff(!settings.keys().keys().isEmpty()), onOff(settings.failover()));
    }

    /** How many there are, how requests are spread over them, and where they are. */
    private static EventMessage workspaces(BackendSettings backend) {
        return new EventMessage("Workspaces configured")
                .field("workspaces", backend.upstreams().size())
                .field("strategy", backend.balance().strategy().setting())
                .field("hosts", backend.upstreams().stream().map(one -> one.origin().orElse("not configured"))
                        .collect(Collectors.joining(", ")));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    private static LayoutComponentBuilder layout(ConfigurationBuilder<BuiltConfiguration> builder, GatewaySettings.Log settings) {
        if (settings.format().equals("text")) {
            return builder.newLayout("PatternLayout").addAttribute("pattern", TEXT);
        }
        return builder.newLayout("JsonTemplateLayout").addAttribute("eventTemplateUri", "classpath:log-event.json");
    }

    /** The file that lines are written to, if there can be one. */
    private static Optional<Path> chooseFile(Path directory) {
        try {
            Files.createDirectories(directory);
            if (isTaken(directory)) {
                return Optional.of(directory.resolve("server-" + ProcessHandle.current().pid() + ".log"));
            }
            return Optional.of(directory.resolve("server.log")).filter(file -> Files.isWritable(directory));
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** Whether another process writes {@code server.log}: the first one holds a lock beside it as long as it runs. */
    private static boolean isTaken(Path directory) throws IOException {
        if (lock != null && lock.isValid()) {
            lock.channel().close();
        }
        FileChannel channel = FileChannel.open(directory.resolve(".server.log.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
        }
        return lock == null;
    }
}
