/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a rehearsal has shown.
 *
 * @param kept    how many requests there were to rehearse
 * @param all     what became of those that were, in their order
 * @param leftOut the schemes of the endpoints that pages would have sent to, or asked
 */
record RehearsalReport(int kept, List<Rehearsed> all, Set<String> leftOut) {

    private static final int MOST_TOLD = 6;

    /** One line: how many requests differ, and in what. */
    String line() {
        if (kept == 0) {
            return "Rehearsed nothing: no request has been kept yet";
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.stream().map(Rehearsed::differences).flatMap(List::stream).forEach(one -> counts.merge(one, 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        parts.add(same() + " same");
        counts.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(MOST_TOLD)
                .forEach(one -> parts.add(one.getValue() + " " + one.getKey()));
        if (counts.size() > MOST_TOLD) {
            parts.add(counts.size() - MOST_TOLD + " other differences");
        }
        if (all.size() < kept) {
            parts.add(kept - all.size() + " not rehearsed for want of time or memory");
        }
        if (!leftOut.isEmpty()) {
            parts.add("not asked: " + String.join(", ", new TreeSet<>(leftOut)));
        }
        return "Rehearsed " + all.size() + (all.size() == 1 ? " request: " : " requests: ") + String.join(", ", parts);
    }

    private long same() {
        return all.stream().map(Rehearsed::differences).filter(List::isEmpty).count();
    }

    /** All of it, for the command. */
    Map<String, Object> view() {
        Map<String, Object> view = new TreeMap<>();
        view.put("kept", kept);
        view.put("rehearsed", all.size());
        view.put("same", same());
        view.put("summary", line());
        view.put("requests", all.stream().map(Rehearsed::view).toList());
        return view;
    }
}
