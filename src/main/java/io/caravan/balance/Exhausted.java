/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The fault a request ends in when no workspace is left that could serve it (R8, cases E14 to E17b and E49). */
final class Exhausted {

    private static final long LONGEST_SECONDS = 30;
    private static final Comparator<Failure> SOONEST = Comparator.comparing((Failure failure) -> !failure.kind().failsOver())
            .thenComparing(failure -> failure.asked().orElse(Duration.ZERO));

    private Exhausted() {
    }

    /** Every breaker is open: nothing was sent. */
    static Failure untried(List<Workspace> workspaces) {
        long seconds = workspaces.stream().mapToLong(workspace -> seconds(workspace.untilTrial())).min().orElseThrow();
        String who = "Every workspace";
        if (workspaces.size() == 1) {
            who = "The upstream";
        }
        return Failure.of(Kind.LEFT_ALONE, who + " has failed too often and is left alone for a while.")
                .retryAfter(Math.max(1, Math.min(LONGEST_SECONDS, seconds)));
    }

    /**
     * @param failures   the last failure of each workspace tried
     * @param last       the last of all that counts against its workspace
     * @param workspaces how many there are
     * @param tookOver   whether another backend has failed before: this one's own words are then not all of the truth
     */
    static Failure tried(Collection<Failure> failures, Optional<Failure> last, int workspaces, boolean tookOver) {
        Failure soonest = failures.stream().min(SOONEST).orElseThrow();
        boolean noneBroken = failures.size() == workspaces && failures.stream().noneMatch(failure -> failure.kind().counts());
        boolean itsOwn = soonest.kind().failsOver() || !tookOver;
        if (noneBroken && itsOwn) {
            return soonest;
        }
        boolean alone = workspaces == 1 && !tookOver;
        return last.filter(failure -> alone || failure.kind().isLate()).orElseGet(() -> outage(last.orElse(soonest)));
    }

    private static Failure outage(Failure shown) {
        Failure outage = Failure.of(Kind.OUTAGE, shown.getMessage());
        if (shown.kind().failsOver()) {
            outage = outage.shouldRetry(shown.shouldRetry().orElse(null));
        }
        if (shown.kind().counts() && shown.retryAfter().isPresent()) {
            return outage.retryAfter(shown.retryAfter().getAsLong());
        }
        return outage;
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
