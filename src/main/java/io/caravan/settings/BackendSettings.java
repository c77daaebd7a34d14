package io.caravan.settings;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One upstream.
 *
 * @param id            its name in routes and in {@code models.yaml}
 * @param setting       the value of {@code PROXY_BACKEND} that chooses it
 * @param url           the full URL that messages are posted to; null where its host is not set
 * @param auth          the credential it is sent
 * @param headTimeout   the longest wait for the response head of a stream
 * @param answerTimeout the longest wait for a whole answer that is not streamed
 * @param strip         what it must not be sent: {@code key}, {@code parent.key} or {@code beta:NAME}, where a name
 *                      may end in {@code *}
 * @param learns        whether a field it refuses is removed and the request sent once more
 * @param headers       fixed headers every request to it carries
 * @param missing       the names of the settings it still needs; empty when it can be used
 */
public record BackendSettings(
        String id,
        String setting,
        URI url,
        Auth auth,
        Duration headTimeout,
        Duration answerTimeout,
        List<String> strip,
        boolean learns,
        Map<String, String> headers,
        List<String> missing) {

    /** Whether everything the backend needs is set. */
    public boolean configured() {
        return missing.isEmpty();
    }
}
