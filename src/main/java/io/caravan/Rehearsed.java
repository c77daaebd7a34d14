/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of one request in a rehearsal: by the pages that serve, and by those that are to. Nothing of its content.
 *
 * @param path of the request
 */
record Rehearsed(String path, Seen now, Seen next) {

    /**
     * How pages served it.
     *
     * @param status of the answer, and how it failed
     * @param sent   to the upstream that was asked last; empty where none was
     */
    record Seen(String status, Optional<Sent> sent) {

        Map<String, Object> view() {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("status", status);
            view.put("backend", sent.map(Sent::backend).orElse(""));
            view.put("model", sent.map(Sent::model).orElse(""));
            view.put("bytes", sent.map(what -> String.valueOf(what.body().length())).orElse(""));
            view.put("markers", sent.map(what -> String.join(", ", what.body().markers().keySet())).orElse(""));
            return view;
        }
    }

    /** What an upstream was sent. */
    record Sent(String backend, String model, SentBody body) {
    }

    private static final String ARROW = " -> ";

    /** What differs, a few words each; empty if nothing does. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        if (!now.status().equals(next.status())) {
            differences.add("status " + now.status() + ARROW + next.status());
        }
        if (now.sent().isPresent() && next.sent().isPresent()) {
            addOfSent(differences, now.sent().get(), next.sent().get());
        }
        return differences;
    }

    private static void addOfSent(List<String> differences, Sent now, Sent next) {
        if (!now.backend().equals(next.backend())) {
            differences.add("other backend (" + now.backend() + ARROW + next.backend() + ")");
        }
        boolean sameModel = now.model().equals(next.model());
        if (!sameModel) {
            differences.add("other model (" + now.model() + ARROW + next.model() + ")");
        }
        SentBody before = now.body();
        SentBody after = next.body();
        boolean sameBytes = sameModel ? before.bytes().equals(after.bytes()) : before.besideModel().equals(after.besideModel());
        if (!sameBytes) {
            differences.add("other bytes sent");
        }
        if (!List.copyOf(before.markers().keySet()).equals(List.copyOf(after.markers().keySet()))) {
            differences.add("cache markers moved");
        }
        if (before.differsBeforeMarker(after)) {
            differences.add("text before a cache marker changed");
        }
    }

    Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("path", path);
        view.put("now", now.view());
        view.put("next", next.view());
        view.put("differences", differences());
        return view;
    }
}
