/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.settings.GatewaySettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/** The proxy upstream requests go through, if any (ledger 5.12): PROXY_URL for all, else HTTPS_PROXY for https. */
final class OutgoingProxy {

    private final GatewaySettings.Outgoing settings;

    OutgoingProxy(GatewaySettings.Outgoing settings) {
        this.settings = settings;
    }

    void configure(HttpClientBuilder builder) {
        if (settings.proxyUrl() == null && settings.httpsProxy() == null) {
            return;
        }
        builder.setRoutePlanner(new DefaultRoutePlanner(null) {
            @Override
            protected HttpHost determineProxy(HttpHost target, HttpContext context) {
                URI proxy = proxyFor(target);
                return proxy == null ? null : host(proxy);
            }
        });
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        addCredentials(credentials, settings.proxyUrl());
        addCredentials(credentials, settings.httpsProxy());
        builder.setDefaultCredentialsProvider(credentials);
    }

    /** Whether requests for {@code url} go through a proxy, which then looks the host up. */
    boolean covers(URI url) {
        return proxyFor(new HttpHost(url.getScheme(), url.getHost(), url.getPort())) != null;
    }

    private URI proxyFor(HttpHost target) {
        if (isExempt(target.getHostName())) {
            return null;
        }
        if (settings.proxyUrl() != null) {
            return settings.proxyUrl();
        }
        return "https".equalsIgnoreCase(target.getSchemeName()) ? settings.httpsProxy() : null;
    }

    /** NO_PROXY as other tools read it: {@code *}, a host, or a domain with or without its leading dot. */
    private boolean isExempt(String target) {
        String host = target.toLowerCase(Locale.ROOT);
        List<String> rules = settings.noProxy();
        for (String rule : rules) {
            String name = rule.toLowerCase(Locale.ROOT);
            name = name.startsWith("*.") ? name.substring(1) : name;
            String domain = name.startsWith(".") ? name : "." + name;
            if (rule.equals("*") || host.equals(name) || host.endsWith(domain)) {
                return true;
            }
        }
        return false;
    }

    private static HttpHost host(URI proxy) {
        int port = proxy.getPort() > 0 ? proxy.getPort() : "https".equals(proxy.getScheme()) ? 443 : 80;
        return new HttpHost(proxy.getScheme(), proxy.getHost(), port);
    }

    private static void addCredentials(BasicCredentialsProvider credentials, URI proxy) {
        if (proxy == null || proxy.getUserInfo() == null) {
            return;
        }
        String[] pair = proxy.getUserInfo().split(":", 2);
        credentials.setCredentials(new AuthScope(host(proxy)),
                new UsernamePasswordCredentials(pair[0], (pair.length > 1 ? pair[1] : "").toCharArray()));
    }
}
