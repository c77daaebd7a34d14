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

/** The fault a request ends in when no workspace is left that could serve it (rule 8, cases E14 to E17b and E49). */
final class Exhausted {

    private static final long LONGEST_SECONDS = 30;
    private static final Comparator<Failure> SOONEST = Comparator
            .comparing((Failure failure) -> !failure.kind().failsOver()).thenComparing(Exhausted::asked);

    private Exhausted() {
    }

    /** Every breaker is open: nothing was sent. */
    static Failure untried(List<Workspace> workspaces) {
        long seconds = workspaces.stream().mapToLong(workspace -> seconds(workspace.untilTrial())).min().orElseThrow();
        return Failure.of(Kind.LEFT_ALONE, (workspaces.size() == 1 ? "The upstream" : "Every workspace")
                        + " has failed too often and is left alone for a while.")
                .retryAfter(Math.max(1, Math.min(LONGEST_SECONDS, seconds)));
    }

    /**
     * @param failures   the last failure of each workspace tried
     * @param last       the last of all that counts against its workspace; null if none does
     * @param workspaces how many there are
     * @param tookOver   whether another backend has failed before: this one's own words are then not all of the truth
     * @param retried    whether one was asked again after a wait
     */
    static Failure tried(Collection<Failure> failures, Failure last, int workspaces, boolean tookOver, boolean retried) {
        Failure soonest = failures.stream().min(SOONEST).orElseThrow();
        boolean noneBroken = failures.size() == workspaces && failures.stream().noneMatch(failure -> failure.kind().counts());
        if (noneBroken && (soonest.kind().failsOver() || !tookOver)) {
            return passedOn(soonest, retried);
        }
        boolean alone = workspaces == 1 && !tookOver;
        if (last != null && (alone || last.status() == Kind.TIMED_OUT.status())) {
            return passedOn(last, retried);
        }
        return passedOn(outage(last, last != null ? last : soonest), retried);
    }

    private static Failure outage(Failure last, Failure shown) {
        Failure outage = Failure.of(Kind.OUTAGE, shown.getMessage());
        if (shown.kind().failsOver()) {
            outage = outage.shouldRetry(shown.shouldRetry());
        }
        boolean saysWhen = last != null && last.status() == outage.status() && last.retryAfter().isPresent();
        return saysWhen ? outage.retryAfter(last.retryAfter().getAsLong()) : outage;
    }

    /** What the upstream said about trying again holds no longer once we did (E52); that it is in vain still does. */
    private static Failure passedOn(Failure failure, boolean retried) {
        return retried && !failure.isFinal() ? failure.repeated() : failure;
    }

    private static Duration asked(Failure failure) {
        return failure.asked() != null ? failure.asked() : Duration.ZERO;
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
