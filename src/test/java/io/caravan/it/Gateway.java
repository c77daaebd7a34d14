/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import io.caravan.simulator.Simulator;
import io.caravan.test.GatewayFixture;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The gateway that integrators test with, and what our own tests need beside it: several workspaces, and raw connections. */
public final class Gateway extends GatewayFixture {

    /** The backends whose upstream speaks the OpenAI chat format, one a dialect. */
    public static final List<String> CHAT = List.of("DATABRICKS_INVOCATIONS", "OPENROUTER_CHAT", "LITELLM_OPENROUTER");
    /** Every backend in every format it can be spoken to. */
    public static final List<String> ALL = List.of("AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS", "DATABRICKS_GATEWAY",
            "OPENROUTER", "OPENROUTER_CHAT", "LITELLM_MESSAGES", "LITELLM_OPENROUTER", "ANTHROPIC");

    private final Workspaces workspaces;

    private Gateway(String backend, Workspaces workspaces, List<String> settings) {
        super(backend, Stream.concat(workspaces.file(), settings.stream()).toList());
        this.workspaces = workspaces;
    }

    /** Starts a gateway with a simulator of its own, as {@link GatewayFixture#start} does. */
    public static Gateway start(String backend, String... settings) {
        return start(backend, Workspaces.start(0, List.of()), List.of(settings));
    }

    /**
     * Starts a gateway whose Databricks is {@code count} workspaces {@code w0}, {@code w1}…, each a simulator of its own,
     * listed in a {@code config.yaml}; {@link #simulator} plays the other backends.
     *
     * @param settings as for {@link #start}, and keys of the file, told by a small first letter: {@code strategy=…} and
     *                 its like, or one workspace's, {@code w1.weight=2}; {@code w1.auth=oauth} needs no more
     */
    public static Gateway startWorkspaces(int count, String... settings) {
        Map<Boolean, List<String>> ofFile = Stream.of(settings)
                .collect(Collectors.partitioningBy(setting -> Character.isLowerCase(setting.charAt(0))));
        return start("AZURE_DATABRICKS", Workspaces.start(count, ofFile.get(true)), ofFile.get(false));
    }

    private static Gateway start(String backend, Workspaces workspaces, List<String> settings) {
        try {
            return new Gateway(backend, workspaces, settings);
        } catch (RuntimeException | Error e) {
            workspaces.close();
            throw e;
        }
    }

    /** The simulators behind Databricks' workspaces; none unless there are several. */
    public Workspaces workspaces() {
        return workspaces;
    }

    /** The simulator that is workspace {@code w<number>} now. */
    public Simulator workspace(int number) {
        return workspaces.get(number);
    }

    /** A connection to the gateway whose every byte the test writes and reads itself. */
    public RawClient connect() {
        return RawClient.connect(url());
    }

    @Override
    public void close() {
        workspaces.close();
        super.close();
    }
}
