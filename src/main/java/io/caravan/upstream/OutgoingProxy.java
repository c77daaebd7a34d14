/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.settings.GatewaySettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** The proxy upstream requests go through, if there is one: PROXY_URL for all, else HTTPS_PROXY for https. */
final class OutgoingProxy {

    private static final String HTTPS = "https";

    private final GatewaySettings.Outgoing settings;

    OutgoingProxy(GatewaySettings.Outgoing settings) {
        this.settings = settings;
    }

    void configure(HttpClientBuilder builder) {
        List<URI> proxies = Stream.of(settings.proxyUrl(), settings.httpsProxy()).filter(Objects::nonNull).toList();
        if (proxies.isEmpty()) {
            return;
        }
        builder.setRoutePlanner(new DefaultRoutePlanner(null) {
            @Override
            protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
                return proxyFor(target).map(OutgoingProxy::host).orElse(null);
            }
        });
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        proxies.forEach(proxy -> addCredentials(credentials, proxy));
        builder.setDefaultCredentialsProvider(credentials);
    }

    /** Whether requests for {@code url} go through a proxy, which then looks the host up. */
    boolean covers(URI url) {
        return proxyFor(new HttpHost(url.getScheme(), url.getHost(), url.getPort())).isPresent();
    }

    private Optional<URI> proxyFor(HttpHost target) {
        String host = target.getHostName().toLowerCase(Locale.ROOT);
        if (settings.noProxy().stream().anyMatch(rule -> exempts(rule, host))) {
            return Optional.empty();
        }
        Optional<URI> all = Optional.ofNullable(settings.proxyUrl());
        if (HTTPS.equalsIgnoreCase(target.getSchemeName())) {
            return all.or(() -> Optional.ofNullable(settings.httpsProxy()));
        }
        return all;
    }

    /** NO_PROXY as other tools read it: {@code *}, a host, or a domain with or without its leading dot. */
    private static boolean exempts(String rule, String host) {
        if (rule.equals("*")) {
            return true;
        }
        String name = rule.toLowerCase(Locale.ROOT);
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        if (name.startsWith(".")) {
            return host.endsWith(name);
        }
        return ("." + host).endsWith("." + name);
    }

    private static HttpHost host(URI proxy) {
        return new HttpHost(proxy.getScheme(), proxy.getHost(), port(proxy));
    }

    private static int port(URI proxy) {
        if (proxy.getPort() > 0) {
            return proxy.getPort();
        }
        return HTTPS.equals(proxy.getScheme()) ? 443 : 80;
    }

    private static void addCredentials(BasicCredentialsProvider credentials, URI proxy) {
        String user = proxy.getUserInfo();
        if (user == null) {
            return;
        }
        int colon = (user + ":").indexOf(':');
        String password = user.substring(Math.min(colon + 1, user.length()));
        credentials.setCredentials(new AuthScope(host(proxy)),
                new UsernamePasswordCredentials(user.substring(0, colon), password.toCharArray()));
    }
}
