package io.caravan.routing;

import io.caravan.call.GatewayFault;
import io.caravan.settings.GatewaySettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets a request to the Databricks endpoints pass only where Databricks is configured (ledger 3.4); else a 503. */
public final class RequireDatabricks implements Processor {

    private final boolean configured;

    public RequireDatabricks(GatewaySettings settings) {
        this.configured = settings.backends().get("databricks").configured();
    }

    @Override
    public void process(Exchange exchange) {
        if (!configured) {
            throw new GatewayFault(503, "api_error", "Azure Databricks backend not enabled").last();
        }
    }
}
