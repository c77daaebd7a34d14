/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

/**
 * A field that can be stripped from a Messages request: {@code name} at the top level, or {@code parent.name} in every
 * object that stands (directly or in an array) under a key {@code parent}, at any depth. A client's own data, tool
 * inputs and tool schemas, is never looked into.
 *
 * @param parent the key it stands under; empty for the top level
 */
record FieldPath(String parent, String name) {

    static FieldPath of(String text) {
        int dot = text.lastIndexOf('.');
        return new FieldPath(text.substring(0, Math.max(0, dot)), text.substring(dot + 1));
    }

    boolean topLevel() {
        return parent.isEmpty();
    }

    /** Whether it is the member {@code name} of what stands under {@code parent}. */
    boolean is(String parent, String name) {
        return this.name.equals(name) && this.parent.equals(parent);
    }

    /** Whether this field is {@code other} or one of its members: {@code output_config.effort} is in {@code output_config}. */
    boolean isIn(FieldPath other) {
        return other.equals(this) || other.equals(new FieldPath("", parent));
    }

    @Override
    public String toString() {
        return topLevel() ? name : parent + "." + name;
    }
}
