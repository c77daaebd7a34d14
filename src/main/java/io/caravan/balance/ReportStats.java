/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sets the body to the numbers of the workspaces, and of the other backends under a key of their own (4.6). */
final class ReportStats implements Processor {

    private final Stats workspaces;
    private final Stats others;

    ReportStats(Stats workspaces, Stats others) {
        this.workspaces = workspaces;
        this.others = others;
    }

    @Override
    public void process(Exchange exchange) {
        Map<String, Object> body = new LinkedHashMap<>(workspaces.view());
        body.put("backends", others.view().get("endpoints"));
        exchange.getMessage().setBody(body);
    }
}
