/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingValue;
import java.net.URI;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URLs of a workspace of Databricks. Its {@code base} is the URL up to and, as a rule, with
 * {@code /serving-endpoints}, without a slash at its end.
 */
final class WorkspaceUrl {

    private static final String ENDPOINTS = "/serving-endpoints";
    private static final String MESSAGES = "/anthropic/v1/messages";
    private static final Pattern FORM = Pattern.compile("(?i)(https?://)?([^/]+)(/.*)?");
    private static final Pattern AZURE = Pattern.compile("\\Aadb-\\d+\\.\\d+\\z");
    private static final String EXAMPLE = "adb-123.4, adb-123.4.azuredatabricks.net or https://host:port";

    private WorkspaceUrl() {
    }

    /** The base for a host in any of the forms in which people write it (ledger 5.4). */
    static String endpoints(SettingValue host) {
        Matcher form = FORM.matcher(host.text());
        if (!form.matches()) {
            throw UpstreamUrl.invalid(host, EXAMPLE);
        }
        String scheme = form.group(1);
        if (scheme == null) {
            requireNoScheme(host);
            scheme = "https://";
        }
        String authority = AZURE.matcher(form.group(2)).replaceFirst("$0.azuredatabricks.net");
        String tail = Objects.requireNonNullElse(form.group(3), "");
        String path = DatabricksMessages.beforeGateway(tail).orElse(tail);
        return UpstreamUrl.of(scheme + authority + path, ENDPOINTS).map(workspace -> workspace + ENDPOINTS)
                .orElseThrow(() -> UpstreamUrl.invalid(host, EXAMPLE));
    }

    private static void requireNoScheme(SettingValue host) {
        if (host.text().contains("://")) {
            throw UpstreamUrl.invalid(host, EXAMPLE);
        }
    }

    /** Where model serving takes Messages requests. */
    static URI messages(String base) {
        return URI.create(base + MESSAGES);
    }

    /** The base of a workspace that is known by its own URL. */
    static String base(String workspace) {
        return workspace + ENDPOINTS;
    }

    /** The workspace itself. */
    static String workspace(String base) {
        return UpstreamUrl.without(base, ENDPOINTS);
    }

    /** Where the endpoints are listed. */
    static URI lists(String base) {
        return URI.create(workspace(base) + "/api/2.0" + ENDPOINTS);
    }

    /** Where OAuth clients get their tokens. */
    static URI token(String base) {
        return URI.create(workspace(base) + "/oidc/v1/token");
    }
}
