/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.logging.log4j.util.MultiFormatStringBuilderFormattable;
import org.jspecify.annotations.Nullable;

/**
 * A log event: a fixed text and typed fields, in the order they came in. The JSON layout writes the fields beside the text; the
 * text layout asks for the format {@code KV} and gets {@code text key=value …}. Filled by one thread.
 */
final class EventMessage implements MultiFormatStringBuilderFormattable {

    private static final long serialVersionUID = 1L;
    private static final String[] FORMATS = {"KV"};
    private static final int USUAL_FIELDS = 16;

    private final String text;
    private String[] names = new String[USUAL_FIELDS];
    private transient Object[] values = new Object[USUAL_FIELDS];
    private int count;

    EventMessage(String text) {
        this.text = text;
    }

    /** Adds a field, in place of one of the same name; null leaves it out. Numbers and booleans stay such. */
    EventMessage field(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        int at = index(name);
        if (at == names.length) {
            names = Arrays.copyOf(names, 2 * at);
            values = Arrays.copyOf(values, 2 * at);
        }
        names[at] = name;
        values[at] = value instanceof Number || value instanceof Boolean ? value : value.toString();
        count = Math.max(count, at + 1);
        return this;
    }

    private int index(String name) {
        int at = 0;
        while (at < count && !names[at].equals(name)) {
            at++;
        }
        return at;
    }

    void forEach(BiConsumer<String, Object> each) {
        for (int i = 0; i < count; i++) {
            each.accept(names[i], values[i]);
        }
    }

    @Override
    public String getFormattedMessage() {
        return text;
    }

    @Override
    public String getFormattedMessage(String[] formats) {
        StringBuilder line = new StringBuilder();
        formatTo(formats, line);
        return line.toString();
    }

    @Override
    public void formatTo(StringBuilder line) {
        line.append(text);
    }

    @Override
    public void formatTo(String[] formats, StringBuilder line) {
        line.append(text);
        forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    }

    @Override
    public String[] getFormats() {
        return FORMATS;
    }

    @Override
    public String getFormat() {
        return text;
    }

    @Override
    public Object[] getParameters() {
        return Arrays.copyOf(values, count);
    }

    @Override
    public @Nullable Throwable getThrowable() {
        return null;
    }
}
