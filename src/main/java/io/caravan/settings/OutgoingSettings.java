/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import io.caravan.settings.value.SettingValue;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The way out to the upstreams. A proxy's URL may hold {@code user:password}; it always has a port.
 *
 * @param proxyUrl   the proxy for every upstream, or null
 * @param httpsProxy the proxy for https upstreams where {@code proxyUrl} is null, or null
 * @param noProxy    the hosts reached without a proxy
 * @param caFile     a PEM file of certificates trusted beside the platform's, or null
 */
public record OutgoingSettings(URI proxyUrl, URI httpsProxy, List<String> noProxy, Path caFile) {

    /** All of it but the credentials of the proxies. */
    @Override
    public String toString() {
        return "OutgoingSettings[proxyUrl=" + SettingValue.masked(String.valueOf(proxyUrl))
                + ", httpsProxy=" + SettingValue.masked(String.valueOf(httpsProxy))
                + ", noProxy=" + noProxy + ", caFile=" + caFile + "]";
    }
}
