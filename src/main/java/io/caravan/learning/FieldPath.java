/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

/**
 * A field that can be stripped from a Messages request: {@code name} at the top level, or {@code parent.name} in every
 * object that stands (directly or in an array) under a key {@code parent}, at any depth. A client's own data, tool
 * inputs and tool schemas, is never looked into.
 */
public record FieldPath(String parent, String name) {

    public static FieldPath of(String text) {
        int dot = text.lastIndexOf('.');
        return dot < 0 ? new FieldPath("", text) : new FieldPath(text.substring(0, dot), text.substring(dot + 1));
    }

    public boolean topLevel() {
        return parent.isEmpty();
    }

    /** Whether this field is {@code other} or one of its members: {@code output_config.effort} is in {@code output_config}. */
    boolean isIn(FieldPath other) {
        return equals(other) || other.topLevel() && parent.equals(other.name);
    }

    @Override
    public String toString() {
        return topLevel() ? name : parent + "." + name;
    }
}
