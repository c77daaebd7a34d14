/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** The outcomes of a load, one a request. Any thread. */
public final class Tally {

    private static final int MOST_SHOWN = 5;

    private final LongAdder sent = new LongAdder();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    void begin() {
        sent.increment();
    }

    void add(Seen seen) {
        boolean bad = seen.kind() == Seen.Kind.WRONG;
        counts.computeIfAbsent(seen.kind() + (bad ? "" : " " + seen.detail()), key -> new LongAdder()).increment();
        if (bad && wrong.size() < MOST_SHOWN) {
            wrong.add(seen.detail());
        }
    }

    /** How many requests were sent. */
    public long sent() {
        return sent.sum();
    }

    /** How many had an outcome whose kind and detail begin so. */
    public long of(String outcome) {
        return counts.entrySet().stream().filter(entry -> entry.getKey().startsWith(outcome))
                .mapToLong(entry -> entry.getValue().sum()).sum();
    }

    /** Every request has exactly one outcome, and it is one of these. */
    public void assertOnly(String... outcomes) {
        assertEquals(List.of(), List.copyOf(wrong));
        assertEquals(sent(), of(""), "requests with an outcome");
        assertEquals(sent(), List.of(outcomes).stream().mapToLong(this::of).sum(), this::toString);
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).toString();
    }
}
