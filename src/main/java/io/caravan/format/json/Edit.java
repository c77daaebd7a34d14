/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One change to a body that otherwise stays as it is: bytes {@code start} (inclusive) to {@code end} (exclusive) give
 * way to {@code replacement}, which may be empty.
 */
public record Edit(int start, int end, byte[] replacement) {

    private static final byte[] NOTHING = {};

    /** A part of an array, to be written out as it is. */
    public record Slice(byte[] bytes, int offset, int length) {
    }

    /**
     * Collects the cuts that remove members of one JSON object and leave valid JSON: each member goes together with one
     * comma. Takes the members in order, and then {@link #finish()}. One thread at a time.
     */
    public static final class MemberCuts {

        private final List<Edit> cuts = new ArrayList<>(2);
        private boolean keptOne;
        private int leadStart = -1;
        private int previousEnd;

        /** The next member, from the first byte of its key to behind its value. */
        public void member(boolean unwanted, int keyStart, int valueEnd) {
            if (unwanted) {
                cut(keyStart, valueEnd);
            } else {
                keep(keyStart);
            }
            previousEnd = valueEnd;
        }

        private void cut(int keyStart, int valueEnd) {
            if (keptOne) {
                cuts.add(Edit.cut(previousEnd, valueEnd));
            } else if (leadStart < 0) {
                leadStart = keyStart;
            }
        }

        private void keep(int keyStart) {
            if (leadStart >= 0) {
                cuts.add(Edit.cut(leadStart, keyStart));
                leadStart = -1;
            }
            keptOne = true;
        }

        /** The cuts, in order. */
        public List<Edit> finish() {
            if (leadStart >= 0) {
                cuts.add(Edit.cut(leadStart, previousEnd));
            }
            return cuts;
        }
    }

    public static Edit cut(int start, int end) {
        return new Edit(start, end, NOTHING);
    }

    /**
     * {@code body} with {@code edits} made, as slices that share its bytes. An edit that lies inside an earlier one is
     * dropped: what was cut whole needs no change within.
     */
    public static List<Slice> apply(byte[] body, List<Edit> edits) {
        if (edits.isEmpty()) {
            return List.of(new Slice(body, 0, body.length));
        }
        List<Edit> ordered = new ArrayList<>(edits);
        ordered.sort(Comparator.comparingInt(Edit::start).thenComparing(Comparator.comparingInt(Edit::end).reversed()));
        List<Slice> slices = new ArrayList<>(2 * ordered.size() + 1);
        int at = 0;
        for (Edit edit : ordered) {
            if (edit.start < at) {
                continue;
            }
            if (edit.start > at) {
                slices.add(new Slice(body, at, edit.start - at));
            }
            if (edit.replacement.length > 0) {
                slices.add(new Slice(edit.replacement, 0, edit.replacement.length));
            }
            at = edit.end;
        }
        if (at < body.length) {
            slices.add(new Slice(body, at, body.length - at));
        }
        return slices;
    }

    /** {@link #apply} as one array, for bodies that are small or must be whole; {@code body} itself if nothing changes. */
    public static byte[] applied(byte[] body, List<Edit> edits) {
        if (edits.isEmpty()) {
            return body;
        }
        return joined(apply(body, edits));
    }

    /** How many bytes {@code slices} have. */
    public static int length(List<Slice> slices) {
        int length = 0;
        for (Slice slice : slices) {
            length += slice.length();
        }
        return length;
    }

    /** {@code slices} as one array. */
    public static byte[] joined(List<Slice> slices) {
        byte[] joined = new byte[length(slices)];
        int at = 0;
        for (Slice slice : slices) {
            System.arraycopy(slice.bytes(), slice.offset(), joined, at, slice.length());
            at += slice.length();
        }
        return joined;
    }
}
