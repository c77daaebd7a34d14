/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same workspace for the same session, so that its prompt cache is hit: weighted rendezvous hashing, by which one
 * that leaves moves its own sessions alone, and every gateway, also after a restart, chooses the same. A workspace with
 * more active requests for its weight than twice what the others have, and eight more, is passed over. Requests without
 * a session go by another strategy.
 */
final class SessionAffinity implements Strategy {

    private static final int SLACK = 8;

    private final Strategy withoutSession;

    SessionAffinity(Strategy withoutSession) {
        this.withoutSession = withoutSession;
    }

    @Override
    public Workspace choose(List<Workspace> candidates, Supplier<@Nullable String> session) {
        String key = session.get();
        if (key == null) {
            return withoutSession.choose(candidates, session);
        }
        int[] active = candidates.stream().mapToInt(Workspace::active).toArray();
        double allActive = IntStream.of(active).sum();
        double weights = candidates.stream().mapToDouble(Workspace::weight).sum();
        long hash = hash(key);
        Workspace best = candidates.get(0);
        double highest = 0;
        for (int i = 0; i < active.length; i++) {
            Workspace candidate = candidates.get(i);
            double ofOthers = (allActive - active[i]) / (weights - candidate.weight());
            boolean overloaded = active[i] > 2 * ofOthers * candidate.weight() + SLACK;
            double score = score(hash, candidate);
            if (!overloaded && score > highest) {
                highest = score;
                best = candidate;
            }
        }
        return best;
    }

    private static double score(long session, Workspace workspace) {
        double between0And1 = ((mixed(session ^ hash(workspace.name())) >>> 11) + 0.5) * 0x1p-53;
        return -workspace.weight() / Math.log(between0And1);
    }

    /** FNV-1a over the characters, mixed. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mixed(hash);
    }

    /** The finalizer of MurmurHash3. */
    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
