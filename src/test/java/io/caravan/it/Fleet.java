/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A gateway in front of workspaces {@code w1}, {@code w2}… of a {@code config.yaml}, each a simulator of its own. */
final class Fleet implements AutoCloseable {

    private final List<Simulator> workspaces = new ArrayList<>();
    private final Gateway gateway;

    private Fleet(Path directory, int count, String loadBalancer, String... settings) {
        StringBuilder file = new StringBuilder("load_balancer: {" + loadBalancer + "}\nendpoints:\n");
        for (int i = 1; i <= count; i++) {
            Simulator workspace = Simulator.start();
            workspaces.add(workspace);
            file.append("  - {name: w").append(i).append(", api_base: \"").append(workspace.url())
                    .append("/serving-endpoints\", token: ").append(Gateway.UPSTREAM_KEY).append("}\n");
        }
        try {
            Path config = Files.writeString(Files.createTempFile(directory, "config", ".yaml"), file);
            gateway = Gateway.start("AZURE_DATABRICKS", Stream.concat(Stream.of("CONFIG_PATH=" + config, "DATABRICKS_HOST=",
                    "DATABRICKS_TOKEN="), Stream.of(settings)).toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param directory    where the file goes
     * @param loadBalancer the inside of {@code load_balancer}
     */
    static Fleet start(Path directory, int count, String loadBalancer, String... settings) {
        return new Fleet(directory, count, loadBalancer, settings);
    }

    Gateway gateway() {
        return gateway;
    }

    /** The workspace {@code w<number>}. */
    Simulator workspace(int number) {
        return workspaces.get(number - 1);
    }

    @Override
    public void close() {
        workspaces.forEach(Simulator::close);
        gateway.close();
    }
}
