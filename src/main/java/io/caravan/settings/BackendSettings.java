package io.caravan.settings;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One upstream.
 *
 * @param id            its name; a workspace's is its own, and may hold anything but control characters
 * @param backend       the id of the backend whose section of {@code models.yaml} and whose metrics are its own; differs
 *                      from {@code id} only at a workspace
 * @param setting       the value of {@code PROXY_BACKEND} that chooses it
 * @param api           the format it speaks
 * @param url           the full URL that requests are posted to, for Databricks' invocations without
 *                      {@code /{endpoint}/invocations}; null where its host is not set
 * @param countUrl      the full URL that counts tokens, or null where there is none known
 * @param listUrl       the full URL that lists its models; null where its host is not set
 * @param auth          the credential it is sent
 * @param headTimeout   the longest wait for the response head of a stream
 * @param answerTimeout the longest wait for a whole answer that is not streamed
 * @param strip         what it must not be sent: {@code key}, {@code parent.key} or {@code beta:NAME}, where a name
 *                      may end in {@code *}
 * @param rules         the rules of transformation it has switched on, or null for those of its format (ledger 5.9)
 * @param learns        whether a field it refuses is removed and the request sent once more
 * @param headers       fixed headers every request to it carries
 * @param missing       the names of the settings it still needs; empty when it can be used
 */
public record BackendSettings(
        String id,
        String backend,
        String setting,
        Api api,
        URI url,
        URI countUrl,
        URI listUrl,
        Auth auth,
        Duration headTimeout,
        Duration answerTimeout,
        List<String> strip,
        List<String> rules,
        boolean learns,
        Map<String, String> headers,
        List<String> missing) {

    /** Whether everything the backend needs is set. */
    public boolean configured() {
        return missing.isEmpty();
    }

    /** What stands for the name {@code id} in the ids and URIs of routes, where not every character may. */
    public static String routeName(String id) {
        StringBuilder name = new StringBuilder(id.length());
        id.codePoints().forEach(c -> {
            if (c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_')) {
                name.appendCodePoint(c);
            } else {
                name.append('_').append(Integer.toHexString(c));
            }
        });
        return name.toString();
    }

    /** The same by the name of its backend. */
    BackendSettings asBackend() {
        return new BackendSettings(backend, backend, setting, api, url, countUrl, listUrl, auth, headTimeout, answerTimeout,
                strip, rules, learns, headers, missing);
    }
}
