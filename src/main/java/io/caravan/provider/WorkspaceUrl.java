/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingValue;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a workspace of Databricks is, read from any of the forms in which people write it (ledger 5.4).
 *
 * @param workspace its URL, without a path that Databricks has given it and without a slash at its end
 * @param tail      the path that was cut from it, as it was written; empty where there was none
 */
record WorkspaceUrl(String workspace, String tail) {

    private static final String ENDPOINTS = "/serving-endpoints";
    private static final String GATEWAY = "/ai-gateway";
    private static final Pattern FORM = Pattern.compile("(?i)(https?://)?([^/?]+)([/?].*)?");
    private static final Pattern AZURE = Pattern.compile("(?i)\\Aadb-\\d+\\.\\d+(\\.azuredatabricks\\.net)?\\z");
    private static final Pattern AZURE_SHORT = Pattern.compile("(?i)\\A(adb-\\d+\\.\\d+)\\z");
    private static final Pattern HOST = Pattern.compile("[^:/]+(:\\d+)?|\\[[^]/]*](:\\d+)?");
    private static final Pattern CLOUD = Pattern.compile("(?i)\\.(azuredatabricks\\.net|databricks\\.azure\\.(us|cn)"
            + "|(cloud|gcp)\\.databricks\\.(com|us|mil))\\z");
    /** What a browser, the serving page, the examples and the list of endpoints show behind the workspace. */
    private static final Pattern TAIL = Pattern.compile("(?i)\\A(.*?)/*(/api/2\\.0/serving-endpoints|/ml/endpoints(?:/[^/?]+)?"
            + "|/serving-endpoints(?:/[^/?]+(?:/invocations)?|/anthropic/v1(?:/messages)?|/chat/completions)?"
            + "|/ai-gateway(?:/[^?]*)?|/anthropic(?:/v1(?:/messages)?)?)?/*(?:\\?o=\\d+)?\\z");
    private static final String EXAMPLE = "adb-123.4, adb-123.4.azuredatabricks.net or https://host:port";

    /** A host of a setting; {@code https} where it has no scheme. */
    static WorkspaceUrl ofHost(SettingValue host) {
        return read(host.text(), HOST).orElseThrow(() -> UpstreamUrl.invalid(host, EXAMPLE));
    }

    /** An {@code api_base}; without a scheme only what is one of Azure's for sure. Empty if it cannot be understood. */
    static Optional<WorkspaceUrl> ofBase(String base) {
        return read(base, AZURE);
    }

    private static Optional<WorkspaceUrl> read(String text, Pattern withoutScheme) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String authority = form.group(2);
        if (form.group(1) == null && !withoutScheme.matcher(authority).matches()) {
            return Optional.empty();
        }
        String scheme = Objects.requireNonNullElse(form.group(1), "https://");
        String host = AZURE_SHORT.matcher(authority).replaceFirst("$1.azuredatabricks.net");
        Matcher path = TAIL.matcher(Objects.requireNonNullElse(form.group(3), ""));
        if (!path.matches() || isNowhere(host, path.group(1))) {
            return Optional.empty();
        }
        String tail = Objects.requireNonNullElse(path.group(2), "");
        return UpstreamUrl.of(scheme + host + path.group(1), "").filter(url -> UpstreamUrl.of(scheme + host + tail, "").isPresent())
                .map(url -> new WorkspaceUrl(url.toString(), tail));
    }

    /** A proxy of a company's own may have workspaces under a path; Databricks' clouds have not. */
    private static boolean isNowhere(String authority, String path) {
        return !path.isEmpty() && CLOUD.matcher(authority.replaceFirst(":\\d+$", "")).find();
    }

    /** Whether the URL was that of Databricks' own gateway. */
    boolean gateway() {
        return tail.regionMatches(true, 0, GATEWAY, 0, GATEWAY.length());
    }

    /** Whether it ended as the load balancer's file has it, in which nothing is amiss. */
    boolean asInFiles() {
        return tail.equals(ENDPOINTS);
    }

    /**
     * The line that says what was cut, for what {@code written} names; empty where nothing was.
     *
     * @param api where the API is asked for; a URL of Databricks' own gateway means that where it is not
     */
    Optional<String> warning(String written, Optional<String> api) {
        if (tail.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(written + " ends in " + SettingValue.masked(tail) + meaning(api) + workspace + " is enough");
    }

    private String meaning(Optional<String> api) {
        if (!gateway()) {
            return ", which was cut off; ";
        }
        return api.map(asked -> ", which was cut off, for " + asked + " counts; ")
                .orElse(", which means Databricks' own gateway; where that is set as the API, ");
    }

    /** Where requests in the chat format go, but for the endpoint's name. */
    URI endpoints() {
        return URI.create(workspace + ENDPOINTS);
    }

    /** Where Databricks' own gateway is. */
    URI ownGateway() {
        return URI.create(workspace + GATEWAY);
    }

    /** Where the endpoints are listed. */
    URI lists() {
        return URI.create(workspace + "/api/2.0" + ENDPOINTS);
    }

    /** Where OAuth clients get their tokens. */
    URI token() {
        return URI.create(workspace + "/oidc/v1/token");
    }

    /** What people call the workspace at a URL: {@code adb-123.4}, or the whole host where it is in nobody's cloud. */
    static String instance(URI url) {
        return CLOUD.matcher(url.getHost()).replaceFirst("");
    }
}
