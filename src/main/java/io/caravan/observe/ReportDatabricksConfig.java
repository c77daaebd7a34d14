package io.caravan.observe;

import io.caravan.provider.Auth;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sets the body to the settings of Databricks, as a map (ledger 3.8): of token and host only whether they are set. */
public final class ReportDatabricksConfig implements Processor {

    private final Map<String, Object> report = new LinkedHashMap<>();

    public ReportDatabricksConfig(GatewaySettings settings) {
        UpstreamSettings databricks = settings.backends().get("databricks").asUpstream();
        report.put("backend", databricks.backend().setting());
        report.put("selected", settings.backend().equals(databricks.id()));
        report.put("configured", databricks.configured());
        report.put("missing", databricks.missing());
        report.put("host", set(databricks.url() != null));
        report.put("token", set(!(databricks.auth() instanceof Auth.None)));
        report.put("auth", databricks.scheme());
        report.put("api", databricks.dialect().word());
        report.put("timeout_seconds", databricks.headTimeout().toMillis() / 1000.0);
        report.put("answer_timeout_seconds", databricks.answerTimeout().toMillis() / 1000.0);
        report.put("strip", databricks.strip());
        if (databricks.rules() != null) {
            report.put("rules", databricks.rules());
        }
        report.put("failover", settings.failover());
    }

    @Override
    public void process(Exchange exchange) {
        exchange.getMessage().setBody(report);
    }

    private static String set(boolean is) {
        return is ? "configured" : "not_configured";
    }
}
