package io.caravan.settings;

import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.UpstreamUrl;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The URLs of a workspace of Databricks, in any of the forms in which people write its host (ledger 5.4). */
final class WorkspaceUrl {

    static final String ENDPOINTS = "/serving-endpoints";

    private static final Pattern FORM = Pattern.compile("(?i)(?:(https?)://)?([^/]+)(/.*)?");
    private static final Pattern AZURE = Pattern.compile("adb-\\d+\\.\\d+");
    private static final String EXAMPLE = "adb-123.4, adb-123.4.azuredatabricks.net or https://host:port";

    private WorkspaceUrl() {
    }

    /** The URL up to and with {@code /serving-endpoints}. */
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

    /** The workspace itself, of a URL with or without {@code /serving-endpoints}. */
    static String of(String endpoints) {
        return UpstreamUrl.without(endpoints, ENDPOINTS);
    }
}
