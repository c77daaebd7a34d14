/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import io.caravan.Caravan;
import io.caravan.settings.value.SettingsException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/**
 * The command line. Without a command it starts the gateway. Exit codes: 0 done, 1 failed, 2 wrong settings or wrong
 * usage; errors are one line on the standard error.
 */
@Command(name = "caravan", mixinStandardHelpOptions = true, versionProvider = CaravanCommand.Versions.class,
        description = "A gateway that lets Claude Code and other clients use Claude models hosted elsewhere.",
        subcommands = {StartCommand.class, DemoCommand.class, ConfigCommand.class, RoutesCommand.class})
public final class CaravanCommand implements Runnable {

    /** What {@code --version} prints. */
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"caravan " + Caravan.version()};
        }
    }

    public static void main(String[] args) {
        System.exit(line().execute(args));
    }

    static CommandLine line() {
        return new CommandLine(new CaravanCommand()).setExecutionExceptionHandler(CaravanCommand::failed);
    }

    @Override
    public void run() {
        new StartCommand().run();
    }

    private static int failed(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        PrintWriter err = line.getErr();
        if (failure instanceof SettingsException) {
            err.println("caravan: " + failure.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        if (failure instanceof Caravan.StartFailure) {
            err.println("caravan: the gateway could not be started: " + failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }
}
