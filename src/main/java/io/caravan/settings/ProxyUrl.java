/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import io.caravan.settings.value.SettingValue;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads an outgoing proxy: {@code [http[s]://][user:password@]host[:port]}; the port is filled in. */
final class ProxyUrl {

    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);

    private ProxyUrl() {}

    static URI of(SettingValue proxy) {
        String text = proxy.text();
        if (!text.contains("://")) {
            text = "http://" + text;
        }
        return SettingValue.uri(text.replaceFirst("/+$", "")).filter(uri -> uri.getRawPath().isEmpty())
                .filter(uri -> uri.getRawQuery() == null).flatMap(ProxyUrl::withPort)
                .orElseThrow(() -> proxy.invalid("give an http or https URL such as http://proxy.example:3128; "
                        + "special letters in its user name and password are written %XX"));
    }

    /** Empty where the scheme is another. */
    private static Optional<URI> withPort(URI proxy) {
        String scheme = Objects.toString(proxy.getScheme(), "").toLowerCase(Locale.ROOT);
        String user = Optional.ofNullable(proxy.getRawUserInfo()).map(info -> info + "@").orElse("");
        return Optional.ofNullable(PORTS.get(scheme)).map(usual -> {
            int port = proxy.getPort();
            if (port < 0) {
                port = usual;
            }
            return URI.create(scheme + "://" + user + proxy.getHost() + ":" + port);
        });
    }
}
