/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.settings.GatewaySettings;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.appender.RollingRandomAccessFileAppender;
import org.apache.logging.log4j.core.appender.rolling.DefaultRolloverStrategy;
import org.apache.logging.log4j.core.appender.rolling.SizeBasedTriggeringPolicy;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.jspecify.annotations.Nullable;

/**
 * Sets up the log, of libraries only warnings unless they are asked for: JSON lines or text, to the console and
 * to {@code server.log}, which rolls at 50 MB. A second gateway in the same directory writes {@code server-<pid>.log}; a
 * directory that cannot be written leaves the console alone, which is said once. Lines are written by a thread of their own
 * ({@link LineBatches}), so that no request waits for a slow console.
 */
public final class Logging {

    /** The name under which lines bear the id of the call they are about. */
    public static final String CORRELATION = CallLog.CORRELATION;
    private static final String TEXT = "%d{ISO8601} %-5level %notEmpty{[%X{" + CallLog.CORRELATION + "}] }%logger{1} - %enc{%m{KV}}{CRLF}%n%throwable";

    private static @Nullable FileLock lock;
    /** The directory that was to have the log and cannot be written. */
    private static @Nullable Path unwritten;

    private Logging() {
    }

    /**
     * @param settings level, format and directory
     * @param console  whether lines go to the console too
     */
    public static synchronized void start(GatewaySettings.Log settings, boolean console) {
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setStatusLevel(Level.ERROR).setConfigurationName("caravan").setShutdownHook("disable");
        addLevels(builder, Level.valueOf(settings.level()), settings.libraries());
        BuiltConfiguration configuration = builder.build();
        List<Appender> targets = new ArrayList<>();
        if (console) {
            targets.add(console());
        }
        Optional<Path> path = chooseFile(settings.directory());
        path.ifPresent(file -> targets.add(file(configuration, file)));
        unwritten = path.isPresent() ? null : settings.directory();
        LineBatches lines = new LineBatches(layout(configuration, settings), targets);
        configuration.addAppender(lines);
        configuration.getRootLogger().addAppender(lines, null, null);
        Configurator.reconfigure(configuration);
    }

    private static Appender console() {
        return ConsoleAppender.newBuilder().setName("console").setTarget(ConsoleAppender.Target.SYSTEM_OUT)
                .setLayout(new LineBatches.AsTheyAre()).build();
    }

    private static Appender file(Configuration configuration, Path path) {
        return RollingRandomAccessFileAppender.newBuilder().setName("file").setConfiguration(configuration)
                .setLayout(new LineBatches.AsTheyAre())
                .withFileName(path.toString())
                .withFilePattern(path + ".%i")
                .withPolicy(SizeBasedTriggeringPolicy.createPolicy("50MB"))
                .withStrategy(DefaultRolloverStrategy.newBuilder().withMax("5").withConfig(configuration).build())
                .build();
    }

    private static void addLevels(ConfigurationBuilder<BuiltConfiguration> builder, Level level, boolean libraries) {
        builder.add(builder.newLogger("io.caravan", level));
        // Its DEBUG lines hold every header and body on the wire, credentials among them: never, at no level.
        builder.add(builder.newLogger("org.apache.hc", atMostWarn(level)));
        // What it cannot route (a bad escape in a path) it reports with a stack trace; anyone could fill the log.
        builder.add(builder.newLogger("io.vertx.ext.web.RoutingContext", Level.OFF));
        Level others = libraries ? level : atMostWarn(level);
        builder.add(builder.newRootLogger(others));
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
        if (unwritten != null) {
            log.warn("LOG_DIR={} cannot be written, so the log goes to the console alone: make it a directory that can be"
                    + " written, or set another", unwritten);
        }
        new StartLines(settings).write(log, url, version);
    }

    private static Layout<? extends Serializable> layout(Configuration configuration, GatewaySettings.Log settings) {
        if (settings.format().equals("text")) {
            return PatternLayout.newBuilder().withConfiguration(configuration).withPattern(TEXT).build();
        }
        return new JsonLines();
    }

    /** The file that lines are written to, if there can be one. */
    private static Optional<Path> chooseFile(Path directory) {
        try {
            Files.createDirectories(directory);
            if (isTaken(directory)) {
                return Optional.of(directory.resolve("server-" + ProcessHandle.current().pid() + ".log"));
            }
            return Optional.of(directory.resolve("server.log")).filter(Logging::canBeWritten);
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    private static boolean canBeWritten(Path file) {
        if (Files.exists(file)) {
            return Files.isRegularFile(file) && Files.isWritable(file);
        }
        return Files.isWritable(file.toAbsolutePath().getParent());
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
