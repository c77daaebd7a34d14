/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.settings.GatewaySettings;
import java.net.URI;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Writes what an operator wants to know at the start: one line of where and how, and the warnings. */
public final class StartLog {

    private static final Logger LOG = LogManager.getLogger("io.caravan");

    private StartLog() {
    }

    /** @param version the version this jar was built as */
    public static void write(GatewaySettings settings, URI url, String version) {
        settings.warnings().forEach(LOG::warn);
        LOG.info(new EventMessage("Active proxy backend configured").field("backend", settings.backendSetting()));
        if (settings.chosen().backend().apart()) {
            LOG.info(new EventMessage(settings.chosen().backend().name() + " main routing active")
                    .field("configured", settings.chosen().configured()));
        }
        LOG.info("Caravan {} serves on {}, backend {}, client keys {}, failover {}", version, url,
                settings.backendSetting(), onOff(!settings.keys().keys().isEmpty()), onOff(settings.failover()));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
