/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the URLs that people write into the ones that are called. */
public final class UpstreamUrl {

    private static final Pattern PARTS = Pattern.compile("(?i)(?:(https?)://)?([^/]+)(/.*)?");

    private UpstreamUrl() {}

    /** A base URL without slashes and without {@code suffix} at its end, followed by {@code path}. */
    public static URI base(SettingValue base, String suffix, String path) {
        URI url = of(base.text(), suffix);
        if (url == null) {
            throw invalid(base);
        }
        return checked(base, url + path);
    }

    /** A base URL without slashes and without {@code suffix} at its end, or null if it is none. */
    public static URI of(String base, String suffix) {
        Matcher parts = PARTS.matcher(base);
        return !parts.matches() || parts.group(1) == null ? null : valid(without(
                parts.group(1).toLowerCase(Locale.ROOT) + "://" + parts.group(2) + rest(parts), suffix));
    }

    /** {@code url} without slashes and without {@code suffix} at its end. */
    public static String without(String url, String suffix) {
        String bare = url.replaceFirst("/+$", "");
        return bare.endsWith(suffix) ? bare.substring(0, bare.length() - suffix.length()).replaceFirst("/+$", "") : bare;
    }

    /** An outgoing proxy: {@code [http[s]://][user:password@]host[:port]}; the port is filled in. */
    public static URI proxy(SettingValue proxy) {
        String text = proxy.text().contains("://") ? proxy.text() : "http://" + proxy.text();
        try {
            URI uri = new URI(without(text, ""));
            boolean http = "http".equalsIgnoreCase(uri.getScheme());
            boolean https = "https".equalsIgnoreCase(uri.getScheme());
            if ((http || https) && isHostAndPort(uri) && uri.getRawPath().isEmpty() && uri.getRawQuery() == null) {
                int port = uri.getPort() >= 0 ? uri.getPort() : http ? 80 : 443;
                return new URI(uri.getScheme().toLowerCase(Locale.ROOT) + "://"
                        + (uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@") + uri.getHost() + ":" + port);
            }
        } catch (URISyntaxException e) {
            // told below; the exception's own text would show the password
        }
        throw proxy.invalid("give an http or https URL such as http://proxy.example:3128; "
                + "special letters in its user name and password are written %XX");
    }

    private static String rest(Matcher parts) {
        return parts.group(3) == null ? "" : parts.group(3);
    }

    private static URI checked(SettingValue value, String url) {
        URI uri = valid(url);
        if (uri == null) {
            throw invalid(value);
        }
        return uri;
    }

    /** The URL, or null if it cannot be called. */
    private static URI valid(String url) {
        try {
            URI uri = new URI(url);
            if (isHostAndPort(uri) && uri.getRawUserInfo() == null && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told by the caller; the exception's own text would show a password
        }
        return null;
    }

    private static boolean isHostAndPort(URI uri) {
        return uri.getHost() != null && uri.getPort() <= 65_535 && uri.getPort() != 0;
    }

    private static SettingsException invalid(SettingValue value) {
        return invalid(value, value.setting().defaultValue().orElse("https://host:port"));
    }

    /** The error that says how a URL is written, by an example. */
    public static SettingsException invalid(SettingValue value, String example) {
        return value.invalid("give " + example
                + "; http or https, a host of letters, digits, dots and dashes, no user, no password, no ? and no #");
    }
}
