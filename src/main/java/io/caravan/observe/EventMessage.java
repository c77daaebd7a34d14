/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import org.apache.logging.log4j.message.MapMessage;
import org.jspecify.annotations.Nullable;

/**
 * A log event: a fixed text and typed fields. The JSON layout writes the fields beside the text; the text layout asks
 * for the format {@code KV} and gets {@code text key=value …}.
 */
final class EventMessage extends MapMessage<EventMessage, Object> {

    private static final long serialVersionUID = 1L;

    private final String text;

    EventMessage(String text) {
        this.text = text;
    }

    /** Adds a field; null leaves it out. */
    EventMessage field(String name, @Nullable Object value) {
        if (value != null) {
            put(name, value);
        }
        return this;
    }

    private void put(String name, Object value) {
        if (value instanceof Long number) {
            with(name, number.longValue());
        } else if (value instanceof Integer number) {
            with(name, number.intValue());
        } else if (value instanceof Boolean flag) {
            with(name, flag.booleanValue());
        } else {
            with(name, value.toString());
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
}
