/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What {@code GET /stats} shows of the workspaces, and what {@code POST /reset} does to them (4.6). Any thread. */
final class Stats {

    private final Supplier<List<Workspace>> workspaces;

    /** @param workspaces gives those there are now */
    Stats(Supplier<List<Workspace>> workspaces) {
        this.workspaces = workspaces;
    }

    /** {@code {"endpoints": [...]}}, in the workspaces' order. */
    Map<String, Object> view() {
        return Map.of("endpoints", workspaces.get().stream().map(Stats::view).toList());
    }

    /** Closes every breaker and zeroes the error counts. */
    void reset() {
        workspaces.get().forEach(Workspace::reset);
    }

    private static Map<String, Object> view(Workspace workspace) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", workspace.name());
        view.put("active_requests", workspace.active());
        view.put("total_requests", workspace.requests());
        view.put("total_errors", workspace.errors());
        view.put("circuit_open", workspace.open());
        if (workspace.copies().exist()) {
            view.put("shadow", workspace.copies().view());
        }
        return view;
    }
}
