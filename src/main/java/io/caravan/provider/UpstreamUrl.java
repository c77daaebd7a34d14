/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.SettingsException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the URLs of upstreams that people write into the ones that are called. */
final class UpstreamUrl {

    private static final Pattern HTTP = Pattern.compile("(?i)(https?)(://[^/]+(?:/.*)?)");

    private UpstreamUrl() {}

    /** A base URL without slashes and without {@code suffix} at its end, followed by {@code path}. */
    static URI base(SettingValue base, String suffix, String path) {
        return of(base.text(), suffix).flatMap(url -> called(url + path)).orElseThrow(() ->
                invalid(base, base.setting().defaultValue().orElse("https://host:port")));
    }

    /** A base URL without slashes and without {@code suffix} at its end; empty if it cannot be called. */
    static Optional<URI> of(String base, String suffix) {
        Matcher http = HTTP.matcher(base);
        if (!http.matches()) {
            return Optional.empty();
        }
        return called(without(http.group(1).toLowerCase(Locale.ROOT) + http.group(2), suffix));
    }

    /** {@code url} without slashes and without {@code suffix} at its end. */
    static String without(String url, String suffix) {
        String bare = url.replaceFirst("/+$", "");
        if (!bare.endsWith(suffix)) {
            return bare;
        }
        return bare.substring(0, bare.length() - suffix.length()).replaceFirst("/+$", "");
    }

    private static Optional<URI> called(String url) {
        return SettingValue.uri(url).filter(uri -> uri.getRawUserInfo() == null).filter(uri -> uri.getRawQuery() == null)
                .filter(uri -> uri.getRawFragment() == null);
    }

    /** The error that says how a URL is written, by an example. */
    static SettingsException invalid(SettingValue value, String example) {
        return value.invalid("give " + example
                + "; http or https, a host of letters, digits, dots and dashes, no user, no password, no ? and no #");
    }
}
