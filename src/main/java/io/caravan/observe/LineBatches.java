/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.AbstractLayout;
import org.apache.logging.log4j.message.SimpleMessage;

/**
 * Encodes each line once, on the thread that logs it, and gives what has come within a few milliseconds to all targets in
 * one write each, by a thread of its own. When the targets fall far behind, lines are dropped rather than requests held up.
 */
final class LineBatches extends AbstractAppender {

    private static final long DELAY_MILLIS = 50;
    private static final int MOST_HELD = 8 * 1024 * 1024;
    private static final long LAST_WORDS_MILLIS = 2_000;

    /** Lines that are encoded already, as one event for the targets. */
    private static final class Batch extends SimpleMessage {

        private static final long serialVersionUID = 1L;

        private final transient byte[] bytes;

        Batch(byte[] bytes) {
            super("lines");
            this.bytes = bytes;
        }
    }

    /** What the targets are made with: it writes a batch as it is. */
    static final class AsTheyAre extends AbstractLayout<byte[]> {

        AsTheyAre() {
            super(null, null, null);
        }

        @Override
        public byte[] toByteArray(LogEvent event) {
            if (event.getMessage() instanceof Batch batch) {
                return batch.bytes;
            }
            return (event.getMessage().getFormattedMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] toSerializable(LogEvent event) {
            return toByteArray(event);
        }

        @Override
        public String getContentType() {
            return "application/octet-stream";
        }
    }

    private final List<? extends Appender> targets;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(16 * 1024);
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "caravan-log");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param layout  how a line is written
     * @param targets made with {@link AsTheyAre}; this starts and stops them
     */
    LineBatches(Layout<? extends Serializable> layout, List<? extends Appender> targets) {
        super("lines", null, layout, true, Property.EMPTY_ARRAY);
        this.targets = targets;
    }

    @Override
    public void start() {
        targets.forEach(Appender::start);
        super.start();
    }

    @Override
    public void append(LogEvent event) {
        byte[] line = getLayout().toByteArray(event);
        if (hold(line)) {
            writer.schedule(this::writeAll, DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether it is the first line since the last batch was taken. */
    private boolean hold(byte[] line) {
        lock.lock();
        try {
            int before = held.size();
            if (before + line.length <= MOST_HELD) {
                held.write(line, 0, line.length);
            }
            return before == 0;
        } finally {
            lock.unlock();
        }
    }

    private void writeAll() {
        byte[] lines = take();
        if (lines.length > 0) {
            LogEvent batch = Log4jLogEvent.newBuilder().setLevel(Level.INFO).setMessage(new Batch(lines))
                    .setEndOfBatch(true).build();
            targets.forEach(target -> write(target, batch));
        }
    }

    private void write(Appender target, LogEvent batch) {
        try {
            target.append(batch);
        } catch (RuntimeException e) {
            getHandler().error("The log cannot be written to " + target.getName(), batch, e);
        }
    }

    private byte[] take() {
        lock.lock();
        try {
            byte[] lines = held.toByteArray();
            held.reset();
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** Writes out what is still held, and waits for that, but not for long. */
    @Override
    public boolean stop(long timeout, TimeUnit unit) {
        setStopping();
        writer.shutdown();
        try {
            if (writer.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)) {
                writeAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        targets.forEach(Appender::stop);
        return super.stop(timeout, unit, false);
    }
}
