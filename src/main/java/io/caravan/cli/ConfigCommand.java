/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import io.caravan.review.ToolReview;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import io.caravan.upstream.UpstreamSteps;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What concerns the settings. */
@Command(name = "config", mixinStandardHelpOptions = true, description = "Look at the settings.")
final class ConfigCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "check", mixinStandardHelpOptions = true,
            description = "Check all settings without serving, and print them with secrets masked.")
    int check() {
        PrintWriter out = spec.commandLine().getOut();
        GatewaySettings settings = GatewaySettings.read(System.getenv(), Path.of(""));
        new ModelRouting(settings.modelsFile(), settings.backends());
        ToolReview.of(settings.toolReviewFile());
        new UpstreamSteps(settings);
        settings.effective().forEach(out::println);
        settings.warnings().forEach(warning -> out.println("warning: " + warning));
        return 0;
    }
}
