/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.UpstreamUrl;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URLs of a workspace of Databricks. Its {@code base} is the URL up to and, as a rule, with
 * {@code /serving-endpoints}, without a slash at its end.
 */
final class WorkspaceUrl {

    private static final String ENDPOINTS = "/serving-endpoints";
    private static final String MESSAGES = "/anthropic/v1/messages";
    private static final Pattern FORM = Pattern.compile("(?i)(?:(https?)://)?([^/]+)(/.*)?");
    private static final Pattern AZURE = Pattern.compile("adb-\\d+\\.\\d+");
    private static final String EXAMPLE = "adb-123.4, adb-123.4.azuredatabricks.net or https://host:port";

    private WorkspaceUrl() {
    }

    /** The base for a host in any of the forms in which people write it (ledger 5.4). */
    static String endpoints(SettingValue host) {
        Matcher form = FORM.matcher(host.text());
        if (!form.matches() || form.group(1) == null && host.text().contains("://")) {
            throw UpstreamUrl.invalid(host, EXAMPLE);
        }
        String scheme = form.group(1) == null ? "https" : form.group(1).toLowerCase(Locale.ROOT);
        String authority = form.group(2) + (AZURE.matcher(form.group(2)).matches() ? ".azuredatabricks.net" : "");
        String path = form.group(3) == null ? "" : form.group(3);
        URI workspace = UpstreamUrl.of(scheme + "://" + authority + path, ENDPOINTS);
        if (workspace == null) {
            throw UpstreamUrl.invalid(host, EXAMPLE);
        }
        return workspace + ENDPOINTS;
    }

    /** Where Messages requests go. */
    static URI messages(String base) {
        return URI.create(base + MESSAGES);
    }

    /** Where tokens are counted. */
    static URI counts(String base) {
        return URI.create(base + MESSAGES + "/count_tokens");
    }

    /** Where the endpoints are listed. */
    static URI lists(String base) {
        return URI.create(UpstreamUrl.without(base, ENDPOINTS) + "/api/2.0" + ENDPOINTS);
    }

    /** Where OAuth clients get their tokens. */
    static URI token(String base) {
        return URI.create(UpstreamUrl.without(base, ENDPOINTS) + "/oidc/v1/token");
    }
}
