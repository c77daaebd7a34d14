/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/** A page on whether the gateway, or a backend, can serve: a map of members in the order they are added. */
final class HealthReport {

    private final Map<String, Object> members = new LinkedHashMap<>();
    private final boolean healthy;

    HealthReport(boolean healthy) {
        this.healthy = healthy;
        members.put("status", healthy ? "healthy" : "degraded");
    }

    HealthReport with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** Makes it the body, with status 503 unless it is healthy. */
    void answer(Exchange exchange) {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        if (!healthy) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 503);
        }
        exchange.getMessage().setBody(members);
    }

    /** The word for whether something is set. */
    static String configured(boolean is) {
        return is ? "configured" : "not_configured";
    }
}
