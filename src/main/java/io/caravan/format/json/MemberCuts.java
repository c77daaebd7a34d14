/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the cuts that remove members of one JSON object and leave valid JSON: each member goes together with one
 * comma. Feed the members in order, then {@link #finish()}.
 */
public final class MemberCuts {

    private final List<Edit> cuts = new ArrayList<>(2);
    private boolean keptOne;
    private int leadStart = -1;
    private int previousEnd;

    /** The next member, from the first byte of its key to behind its value. */
    public void member(boolean unwanted, int keyStart, int valueEnd) {
        if (unwanted) {
            if (keptOne) {
                cuts.add(Edit.cut(previousEnd, valueEnd));
            } else if (leadStart < 0) {
                leadStart = keyStart;
            }
        } else {
            if (leadStart >= 0) {
                cuts.add(Edit.cut(leadStart, keyStart));
                leadStart = -1;
            }
            keptOne = true;
        }
        previousEnd = valueEnd;
    }

    /** The cuts, in order. */
    public List<Edit> finish() {
        if (leadStart >= 0) {
            cuts.add(Edit.cut(leadStart, previousEnd));
        }
        return cuts;
    }
}
