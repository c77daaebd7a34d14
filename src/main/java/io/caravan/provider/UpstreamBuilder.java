/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes an {@link UpstreamSettings}. What is not said is not there: no URL, no credential, nothing stripped, nothing
 * learned, the rules of the dialect. Used once, by one thread.
 */
public final class UpstreamBuilder {

    private final Backend backend;
    private final Dialect dialect;
    private final Duration answerTimeout;
    private String id;
    private URI url;
    private URI countUrl;
    private URI listUrl;
    private Auth auth = new Auth.None();
    private String scheme;
    private Duration headTimeout;
    private List<String> strip = List.of();
    private List<String> rules;
    private boolean learns;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private List<String> missing = List.of();
    private String unconfigured;

    UpstreamBuilder(Backend backend, Dialect dialect, Duration headTimeout, Duration answerTimeout) {
        this.backend = backend;
        this.dialect = dialect;
        this.id = backend.id();
        this.headTimeout = headTimeout;
        this.answerTimeout = answerTimeout;
    }

    /** Its name, where it is one of several; else it has its backend's. */
    public UpstreamBuilder id(String own) {
        id = own;
        return this;
    }

    /** Where requests go, where tokens are counted and where models are listed; null for what there is not. */
    public UpstreamBuilder urls(URI requests, URI counts, URI lists) {
        url = requests;
        countUrl = counts;
        listUrl = lists;
        return this;
    }

    public UpstreamBuilder auth(Auth credential) {
        auth = credential;
        return this;
    }

    /** What its credential's scheme would be where there is none yet. */
    public UpstreamBuilder usualScheme(String usual) {
        scheme = usual;
        return this;
    }

    /** The longest wait for the response head of a stream, where it is not {@code UPSTREAM_TIMEOUT}. */
    public UpstreamBuilder headTimeout(Duration longest) {
        headTimeout = longest;
        return this;
    }

    /** What it must not be sent, as {@link UpstreamReader#strip} reads it. */
    public UpstreamBuilder strip(List<String> entries) {
        strip = entries;
        return this;
    }

    /** The rules it has switched on, as {@link UpstreamReader#rules} reads them; null for those of its dialect. */
    public UpstreamBuilder rules(List<String> names) {
        rules = names;
        return this;
    }

    /** A field it refuses is removed and the request sent once more. */
    public UpstreamBuilder learns(boolean does) {
        learns = does;
        return this;
    }

    /** Adds a header that every request to it carries. */
    public UpstreamBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** The names of the settings it still needs. */
    public UpstreamBuilder missing(List<String> names) {
        missing = names;
        return this;
    }

    /** What a client is told while settings are missing, where the usual words do not do. */
    public UpstreamBuilder unconfigured(String words) {
        unconfigured = words;
        return this;
    }

    public UpstreamSettings build() {
        String usualWords = "The backend " + backend.setting() + " is not configured; missing: "
                + String.join(", ", missing);
        boolean unset = auth instanceof Auth.None && scheme != null;
        return new UpstreamSettings(id, backend, dialect, url, countUrl, listUrl, auth, unset ? scheme : auth.scheme(),
                headTimeout, answerTimeout, strip, rules, learns, Collections.unmodifiableMap(headers), missing,
                unconfigured == null ? usualWords : unconfigured);
    }
}
