/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML file that may hold secrets, read node by node: what is wrong is said with its line and without its text. What is
 * left out and what is null are the same. Keys that are not known are refused.
 */
public final class YamlFile {

    private static final String UNREADABLE = " cannot be read: make it a readable YAML file, or remove it";

    private final String name;
    private final Variables variables;

    /**
     * A file in which {@code ${NAME}} in a value stands for a variable.
     *
     * @param name      what messages call the file
     * @param variables gives what a variable stands for, if it is set
     */
    public YamlFile(String name, Function<String, Optional<String>> variables) {
        this.name = name;
        this.variables = new Variables(variables);
    }

    /** A file whose values stand for themselves. */
    public YamlFile(String name) {
        this.name = name;
        this.variables = Variables.NONE;
    }

    /** The whole file; null where it is empty. */
    public @Nullable Node read(Path file) {
        try {
            return read(Files.readString(file));
        } catch (IOException e) {
            throw new SettingsException(name + UNREADABLE);
        }
    }

    /** The whole of what is written in the file; null where that is nothing. */
    public @Nullable Node read(String text) {
        try {
            return new Compose(LoadSettings.builder().build()).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
            throw new SettingsException(name + line + " is not valid YAML: mend it, or remove the file");
        } catch (YamlEngineException e) {
            throw new SettingsException(name + UNREADABLE);
        }
    }

    /** The entries of a map that may have no keys but these; empty where there is none. */
    public Map<String, Node> map(@Nullable Node node, String what, List<String> keys) {
        return given(node).map(map -> entries(map, what, keys)).orElse(Map.of());
    }

    private Map<String, Node> entries(Node node, String what, List<String> keys) {
        for (NodeTuple entry : mapping(node, what).getValue()) {
            String key = key(entry);
            if (!keys.contains(key)) {
                throw wrong(entry.getKeyNode(), "the key " + shown(key) + " is not known in " + what + "; "
                        + SettingsException.didYouMean(key, keys) + " (there are " + String.join(", ", keys) + ")");
            }
        }
        return map(node, what);
    }

    /** The entries of a map that may have any keys, none of them twice; empty where there is none. */
    public Map<String, Node> map(@Nullable Node node, String what) {
        Map<String, Node> entries = new LinkedHashMap<>();
        given(node).ifPresent(map -> {
            for (NodeTuple entry : mapping(map, what).getValue()) {
                String key = key(entry);
                if (entries.put(key, entry.getValueNode()) != null) {
                    throw wrong(entry.getKeyNode(), "the key " + shown(key) + " stands twice in " + what + "; keep one");
                }
            }
        });
        return entries;
    }

    private MappingNode mapping(Node node, String what) {
        if (node instanceof MappingNode mapping) {
            return mapping;
        }
        throw wrong(node, what + " must be a map of name: value");
    }

    /** The items of a list; none where there is none. */
    public List<Node> list(@Nullable Node node, String what) {
        return given(node).map(list -> items(list, what)).orElse(List.of());
    }

    private List<Node> items(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(node, what + " must be a list");
    }

    /** A value, its variables replaced, trimmed; empty where there is none. */
    public Optional<String> text(@Nullable Node node, String what) {
        return given(node).map(value -> expanded(value, what).strip()).filter(text -> !text.isEmpty());
    }

    /** The one of {@code valid} that a value equals but for letter case. */
    public Optional<String> oneOf(@Nullable Node node, String what, List<String> valid) {
        return text(node, what).map(text -> valid.stream().filter(text::equalsIgnoreCase).findFirst()
                .orElseThrow(() -> wrong(node, what + " must be one of " + String.join(", ", valid))));
    }

    /** A number from {@code least}, with no more decimals than {@code scale}, to {@code most}. */
    public Optional<BigDecimal> number(@Nullable Node node, String what, BigDecimal least, int most, int scale) {
        return text(node, what).map(text -> Decimal.of(text).filter(number -> number.compareTo(least) >= 0)
                .filter(number -> number.compareTo(BigDecimal.valueOf(most)) <= 0)
                .filter(number -> number.scale() <= scale)
                .orElseThrow(() -> wrong(node, what + " must be a " + (scale == 0 ? "whole " : "") + "number from " + least
                        + " to " + most)));
    }

    /** Whether something is written there. */
    public boolean says(@Nullable Node node) {
        return given(node).isPresent();
    }

    /** The file, and the line of {@code node} if it has one. */
    public String place(@Nullable Node node) {
        return name + Optional.ofNullable(node).flatMap(Node::getStartMark).map(mark -> " line " + (mark.getLine() + 1))
                .orElse("");
    }

    /** The error that names the line of {@code node}, if it has one. */
    public SettingsException wrong(@Nullable Node node, String what) {
        return new SettingsException(place(node) + ": " + what);
    }

    /** What is left out and what is null are the same. */
    private static Optional<Node> given(@Nullable Node node) {
        return Optional.ofNullable(node).filter(present -> !present.getTag().equals(Tag.NULL));
    }

    private static String key(NodeTuple entry) {
        if (entry.getKeyNode() instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        return "";
    }

    /** A key without what may be the value, and secret: {@code {token:x}} has the one key {@code token:x}. */
    private static String shown(String key) {
        return key.replaceFirst("(?s)[^A-Za-z0-9_-].*", "…");
    }

    private String expanded(Node node, String what) {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(node, what + " must be a text");
        }
        return variables.expand(scalar.getValue(), problem -> wrong(node, problem));
    }

    /**
     * What a file says, kept up to date: it is looked at again at most once a second, by the thread that happens to ask. An
     * edit that cannot be read is logged once, and what was read before it stays, also where the file is gone. Safe for use
     * by many threads.
     *
     * @param <T> what the text is read into
     */
    public static final class Watched<T> {

        private static final Logger LOG = LoggerFactory.getLogger(YamlFile.class);
        private static final Version GONE = new Version("", -1, null);
        private static final long CHECK_EVERY = TimeUnit.SECONDS.toNanos(1);

        private record Version(String modified, long size, @Nullable Object key) {}

        private final Path file;
        private final String what;
        private final Function<String, T> reader;
        private final LongSupplier nanoTime;
        private final AtomicLong nextCheck;
        private volatile Version seen;
        private volatile T newest;

        /**
         * @param what     what the log calls it, such as {@code The model table}
         * @param none     what holds until there is a file; null: there has to be one now
         * @param reader   reads the text, and throws a {@link SettingsException} that names the line where it cannot
         * @param nanoTime as {@link System#nanoTime()}
         * @throws SettingsException if there is a file that cannot be used, or has to be one
         */
        public Watched(Path file, String what, @Nullable T none, Function<String, T> reader, LongSupplier nanoTime) {
            this.file = file;
            this.what = what;
            this.reader = reader;
            this.nanoTime = nanoTime;
            this.nextCheck = new AtomicLong(nanoTime.getAsLong() + CHECK_EVERY);
            this.seen = version();
            if (none != null && Files.notExists(file)) {
                newest = none;
            } else {
                newest = read();
            }
        }

        /** What the newest text that could be read says. */
        public T newest() {
            long now = nanoTime.getAsLong();
            long due = nextCheck.get();
            if (now - due >= 0 && nextCheck.compareAndSet(due, now + CHECK_EVERY)) {
                readIfChanged();
            }
            return newest;
        }

        /** Has it read again the next time it is asked, changed or not. */
        public void again() {
            seen = GONE;
            nextCheck.set(nanoTime.getAsLong());
        }

        private void readIfChanged() {
            Version version = version();
            if (version.equals(seen)) {
                return;
            }
            seen = version;
            try {
                newest = read();
                LOG.info("{} was read again from {}", what, file);
            } catch (SettingsException e) {
                LOG.error("{} stays as it was: {}", what, e.getMessage());
            }
        }

        private Version version() {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Version(attributes.lastModifiedTime().toString(), attributes.size(), attributes.fileKey());
            } catch (IOException e) {
                return GONE; // or out of reach, which is told once
            }
        }

        private T read() {
            try {
                return reader.apply(Files.readString(file));
            } catch (IOException e) {
                throw new SettingsException(file + " cannot be read: make it a readable file of UTF-8 text");
            }
        }
    }
}
