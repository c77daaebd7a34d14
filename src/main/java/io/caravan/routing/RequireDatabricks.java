package io.caravan.routing;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
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
            throw Failure.of(Kind.NOT_CONFIGURED, "Azure Databricks backend not enabled");
        }
    }
}
