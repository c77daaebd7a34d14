/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What concerns the route pages. */
@Command(name = "routes", mixinStandardHelpOptions = true, description = "Look at the route pages.")
final class RoutesCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "check", mixinStandardHelpOptions = true,
            description = "Check the pages in routes/ without serving, as a running gateway checks an edit.")
    int check() {
        List<String> faults = Caravan.checkRoutes(GatewaySettings.read(System.getenv(), Path.of("")));
        faults.forEach(fault -> spec.commandLine().getErr().println("caravan: " + fault));
        if (faults.isEmpty()) {
            spec.commandLine().getOut().println("The route pages can be served.");
            return ExitCode.OK;
        }
        return ExitCode.USAGE;
    }

    @Command(name = "rehearse", mixinStandardHelpOptions = true, description = {
        "Have the running gateway serve its newest requests once more, by simulated upstreams: by the pages that serve, and by those of"
                + " routes/ with those of routes.next/ in their place; and tell what differs.",
        "The gateway keeps requests for that where PROXY_REHEARSE says how many. Exit codes: 0 nothing differs, 1 something does,"
                + " 2 not, or not all, rehearsed."})
    int rehearse() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            JsonNode report = RehearsalRequest.send(GatewaySettings.read(System.getenv(), Path.of("")));
            RehearsalTable.lines(report.path("requests")).forEach(out::println);
            out.println();
            out.println(report.path("summary").asText());
            return code(report);
        } catch (RehearsalRequest.Hindrance e) {
            spec.commandLine().getErr().println("caravan: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    private static int code(JsonNode report) {
        int rehearsed = report.path("rehearsed").asInt();
        if (report.path("same").asInt() < rehearsed) {
            return ExitCode.SOFTWARE;
        }
        boolean all = rehearsed > 0 && rehearsed == report.path("kept").asInt();
        return all ? ExitCode.OK : ExitCode.USAGE;
    }
}
