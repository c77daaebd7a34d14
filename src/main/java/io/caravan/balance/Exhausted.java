package io.caravan.balance;

import io.caravan.call.GatewayFault;
import io.caravan.call.UpstreamFault;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The fault a request ends in when no workspace is left that could serve it (rule 8, cases E14 to E17b and E49). */
final class Exhausted {

    private static final long LONGEST_SECONDS = 30;
    private static final String SOON = "5";
    private static final Comparator<UpstreamFault> SOONEST =
            Comparator.comparing((UpstreamFault fault) -> !fault.mayFailOver()).thenComparing(Exhausted::asked);

    private Exhausted() {
    }

    /** Every breaker is open: nothing was sent. */
    static GatewayFault untried(List<Workspace> workspaces) {
        long seconds = workspaces.stream().mapToLong(workspace -> seconds(workspace.untilTrial())).min().orElseThrow();
        return UpstreamFault.unavailable(503, "api_error", workspaces.size() == 1
                        ? "The upstream has failed too often and is left alone for a while."
                        : "Every workspace has failed too often and is left alone for a while.")
                .retryAfter(Long.toString(Math.max(1, Math.min(LONGEST_SECONDS, seconds))));
    }

    /**
     * @param faults     the last fault of each workspace tried
     * @param last       the last of all that was not a 429; null if all were
     * @param workspaces how many there are
     * @param tookOver   whether another backend has failed before: this one's own words are then not all of the truth
     * @param retried    whether one was asked again after a wait
     */
    static GatewayFault tried(Collection<UpstreamFault> faults, UpstreamFault last, int workspaces, boolean tookOver,
            boolean retried) {
        boolean allBusy = faults.size() == workspaces && faults.stream().allMatch(UpstreamFault::isBusy);
        UpstreamFault soonest = faults.stream().min(SOONEST).orElseThrow();
        if (allBusy && (soonest.mayFailOver() || !tookOver)) {
            return passedOn(soonest, retried);
        }
        boolean alone = workspaces == 1 && !tookOver;
        if (last != null && (alone || last.status() == 504)) {
            return passedOn(last, retried);
        }
        UpstreamFault shown = last != null ? last : soonest;
        GatewayFault outage = UpstreamFault.unavailable(503, "api_error", shown.getMessage())
                .retryAfter(last != null && last.status() == 503 && last.retryAfter() != null ? last.retryAfter() : SOON)
                .shouldRetry(shown.mayFailOver() ? shown.shouldRetry() : null);
        return passedOn(outage, retried);
    }

    /** What the upstream said about trying again holds no longer once we did (E52); that it is in vain still does. */
    private static GatewayFault passedOn(GatewayFault fault, boolean retried) {
        return retried && !"false".equals(fault.shouldRetry()) ? fault.shouldRetry(null) : fault;
    }

    private static Duration asked(UpstreamFault fault) {
        return fault.asked() != null ? fault.asked() : Duration.ZERO;
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
