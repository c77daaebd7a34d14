/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What one logger, and those under it, write, from INFO on, while this is open. */
public final class LoggedLines implements AutoCloseable {

    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level before;
    private final AbstractAppender appender;

    private LoggedLines(String name) {
        logger = (Logger) LogManager.getLogger(name);
        before = logger.getLevel();
        appender = new AbstractAppender("lines of " + name, null, null, false, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                events.add(event.toImmutable());
            }
        };
        appender.start();
        Configurator.setLevel(name, Level.INFO);
        logger.addAppender(appender);
    }

    public static LoggedLines of(String logger) {
        return new LoggedLines(logger);
    }

    /** Each with its level before it. */
    public List<String> all() {
        return events.stream().map(event -> event.getLevel() + " " + event.getMessage().getFormattedMessage()).toList();
    }

    /** Each with the logger and the call it is of before it; {@code -} for one that is of no call. */
    public List<String> byCall() {
        return events.stream().map(event -> String.join(" ", event.getLoggerName(),
                Objects.requireNonNullElse(event.getContextData().getValue("correlation_id"), "-"),
                event.getMessage().getFormattedMessage())).toList();
    }

    public void clear() {
        events.clear();
    }

    @Override
    public void close() {
        logger.removeAppender(appender);
        Configurator.setLevel(logger.getName(), before);
    }
}
