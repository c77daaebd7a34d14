package io.caravan.observe;

import io.caravan.call.BackendState;
import io.caravan.routing.ModelRouting;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the state of Databricks alone, as a map (ledger 3.8), and the status to 503 while it is down, of several
 * workspaces all, or not configured. Blocks while it is asked.
 */
public final class ReportDatabricks implements Processor {

    private static final String ID = "databricks";

    private final List<String> workspaces;
    private final Function<Collection<String>, Map<String, BackendState>> check;
    private final Function<BackendState, Map<String, Object>> part;

    private ReportDatabricks(GatewaySettings settings, Function<Collection<String>, Map<String, BackendState>> check,
            Function<BackendState, Map<String, Object>> part) {
        this.workspaces = listed(settings);
        this.check = check;
        this.part = part;
    }

    /** Whether it is there, in a few words; {@code check} as for {@link ReportDetailedHealth}. */
    public static ReportDatabricks inShort(GatewaySettings settings,
            Function<Collection<String>, Map<String, BackendState>> check) {
        return new ReportDatabricks(settings, check, ReportDatabricks::brief);
    }

    /** With its endpoints. */
    public static ReportDatabricks inDetail(GatewaySettings settings, ModelRouting routing,
            Function<Collection<String>, Map<String, BackendState>> check) {
        return new ReportDatabricks(settings, check, state -> {
            Map<String, Object> part = detailed(routing, state);
            part.put("warnings", new UpstreamHealth(routing, ID, state).warnings());
            return part;
        });
    }

    @Override
    public void process(Exchange exchange) {
        List<String> asked = new ArrayList<>(workspaces);
        asked.add(ID);
        Map<String, BackendState> states = check.apply(asked);
        BackendState state = states.get(ID);
        Map<String, Object> databricks = part.apply(state);
        add(databricks, workspaces, states);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", state.down() ? "degraded" : "healthy");
        report.put("backend", "AZURE_DATABRICKS");
        report.put("azure_databricks", databricks);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, state.down() ? 503 : 200);
        exchange.getMessage().setBody(report);
    }

    /** The workspaces that have names of their own, those of a file. */
    static List<String> listed(GatewaySettings settings) {
        return settings.backends().get(ID).upstreams().stream().map(UpstreamSettings::id).filter(id -> !id.equals(ID)).toList();
    }

    /** Adds how each of {@code workspaces} is, if there are any. */
    static void add(Map<String, Object> databricks, List<String> workspaces, Map<String, BackendState> states) {
        if (!workspaces.isEmpty()) {
            Map<String, Object> each = new LinkedHashMap<>();
            workspaces.forEach(name -> each.put(name, UpstreamHealth.summary(states.get(name))));
            databricks.put("workspaces", each);
        }
    }

    private static Map<String, Object> brief(BackendState state) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("status", UpstreamHealth.word(state));
        part.put("workspace", state.status() == BackendState.Status.NOT_CONFIGURED ? "not_configured" : "configured");
        return part;
    }

    static Map<String, Object> detailed(ModelRouting routing, BackendState state) {
        UpstreamHealth health = new UpstreamHealth(routing, ID, state);
        Map<String, Object> part = brief(state);
        part.putAll(UpstreamHealth.summary(state));
        part.put("endpoints", health.aliases());
        return part;
    }
}
