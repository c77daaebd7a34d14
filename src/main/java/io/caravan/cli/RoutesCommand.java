/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
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
}
