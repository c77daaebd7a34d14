/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How many copies of calls an upstream has been asked, counted apart from the calls themselves. Any thread. */
final class Copies {

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    void begun() {
        active.incrementAndGet();
    }

    void ended() {
        active.decrementAndGet();
    }

    void sent() {
        requests.incrementAndGet();
    }

    void failed() {
        errors.incrementAndGet();
    }

    void reset() {
        errors.set(0);
    }

    /** Whether there has been any. */
    boolean exist() {
        return requests.get() > 0 || errors.get() > 0 || active.get() > 0;
    }

    /** What {@code GET /stats} shows of them. */
    Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("active_requests", active.get());
        view.put("total_requests", requests.get());
        view.put("total_errors", errors.get());
        return view;
    }
}
