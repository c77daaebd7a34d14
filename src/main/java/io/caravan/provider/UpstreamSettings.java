/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One upstream: one URL with one credential. Made by {@link UpstreamReader#upstream}.
 *
 * @param id            its name; a workspace's is its own, and may hold anything but control characters
 * @param backend       the backend it belongs to, whose section of {@code models.yaml} and whose metrics are its own
 * @param dialect       what it speaks
 * @param url           the full URL that requests are posted to, but for what the dialect adds for a model; null where
 *                      its host is not set
 * @param countUrl      the full URL that counts tokens, or null where there is none known
 * @param listUrl       the full URL that lists its models; null where its host is not set
 * @param auth          the credential it is sent
 * @param scheme        the scheme of its credential, also where there is none yet
 * @param headTimeout   the longest wait for the response head of a stream
 * @param answerTimeout the longest wait for a whole answer that is not streamed
 * @param strip         what it must not be sent: {@code key}, {@code parent.key} or {@code beta:NAME}, where a name
 *                      may end in {@code *}
 * @param rules         the rules of transformation it has switched on, or null for those of its dialect (ledger 5.9)
 * @param learns        whether a field it refuses is removed and the request sent once more
 * @param headers       fixed headers every request to it carries
 * @param missing       the names of the settings it still needs; empty when it can be used
 * @param unconfigured  what a client is told while settings are missing
 */
public record UpstreamSettings(
        String id,
        Backend backend,
        Dialect dialect,
        URI url,
        URI countUrl,
        URI listUrl,
        Auth auth,
        String scheme,
        Duration headTimeout,
        Duration answerTimeout,
        List<String> strip,
        List<String> rules,
        boolean learns,
        Map<String, String> headers,
        List<String> missing,
        String unconfigured) {

    /** Whether everything it needs is set. */
    public boolean configured() {
        return missing.isEmpty();
    }

    /** The wire format it speaks. */
    public WireFormat format() {
        return dialect.format();
    }

    /** What stands for its id in the ids and URIs of routes. */
    public String routeName() {
        return routeName(id);
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

    /** The same by another name. */
    UpstreamSettings withId(String other) {
        return new UpstreamSettings(other, backend, dialect, url, countUrl, listUrl, auth, scheme, headTimeout,
                answerTimeout, strip, rules, learns, headers, missing, unconfigured);
    }
}
