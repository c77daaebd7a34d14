package io.caravan.call;

import java.util.Map;

/**
 * What a backend was found to be when it was last asked for its models.
 *
 * @param models        the models it lists, each with whether it is ready; empty where it gave no list
 * @param latencyMillis how long it took to answer; 0 where it was not asked
 * @param reason        why it is not available, without host and secret; null where it is
 */
public record BackendState(Status status, Map<String, Boolean> models, long latencyMillis, String reason) {

    /** In the words of {@code /health/detailed}, but for the letter case. */
    public enum Status {
        /** It answered with its models. */
        AVAILABLE,
        /** It cannot be reached, fails or refuses the gateway's credential. */
        UNAVAILABLE,
        /** Settings it needs are missing. */
        NOT_CONFIGURED,
        /** It was not asked, for want of a credential, or has no such list. */
        UNKNOWN
    }

    /** Whether a request sent there now would fail. */
    public boolean down() {
        return status == Status.UNAVAILABLE || status == Status.NOT_CONFIGURED;
    }
}
