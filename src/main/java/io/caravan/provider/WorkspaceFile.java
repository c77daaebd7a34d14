/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the load balancer's {@code config.yaml} says (ledger 4.1).
 *
 * @param path       where it lies or would lie
 * @param strategy   null where it says nothing
 * @param threshold  null where it says nothing
 * @param timeout    null where it says nothing
 * @param key        the key of clients, or null
 * @param workspaces in the file's order
 */
record WorkspaceFile(Path path, BalanceSettings.Strategy strategy, Integer threshold, Duration timeout, Secret key,
        List<Workspace> workspaces) {

    static final Setting PATH = Setting.of("CONFIG_PATH", "config.yaml",
            "the load balancer's file: several workspaces, and a key of clients");

    /**
     * One of {@code endpoints}.
     *
     * @param base    the URL up to {@code /serving-endpoints}, and with it, without a slash at its end
     * @param dialect empty where it says nothing
     */
    record Workspace(String name, String base, Auth auth, Optional<Dialect> dialect, int weight) {}

    /**
     * Reads the file; it counts where Databricks is what is served or may be, and wherever its path is given.
     *
     * @param reserved the names no workspace may have
     * @param warnings is told of a file that is there and does not count
     */
    static WorkspaceFile find(SettingSources sources, Collection<String> reserved, Consumer<String> warnings) {
        Path path = sources.get(PATH).toPath(sources.directory());
        String backend = Databricks.BACKEND.setting();
        boolean counts = sources.given(PATH) || sources.find(BackendChoice.PROXY_BACKEND)
                .map(value -> value.text().equalsIgnoreCase(backend)).orElse(true);
        if (!Files.isRegularFile(path)) {
            return new WorkspaceFile(path, null, null, null, null, List.of());
        }
        if (!counts) {
            String name = path.getFileName().toString();
            warnings.accept(name + " is not read, for PROXY_BACKEND is not " + backend + ": set CONFIG_PATH=" + name
                    + " if its workspaces and its key are to count, or remove it");
            return new WorkspaceFile(path, null, null, null, null, List.of());
        }
        YamlFile yaml = new YamlFile(path.toString(), sources::variable);
        return new WorkspaceFileReader(yaml, path, reserved).read(yaml.read(path));
    }

    /** Its name alone. */
    String name() {
        return path.getFileName().toString();
    }

    /** What is amiss with its path. */
    List<String> warnings(SettingSources sources) {
        boolean lost = sources.given(PATH) && !Files.isRegularFile(path);
        return lost ? List.of(sources.get(PATH).place() + " names no file") : List.of();
    }

    /** How requests are spread over the workspaces. */
    BalanceSettings balance(UpstreamReader reader) {
        BalanceSettings usual = reader.balance(Set.of(Databricks.BACKEND.id()));
        Map<String, Integer> weights = new LinkedHashMap<>();
        workspaces.forEach(workspace -> weights.put(workspace.name(), workspace.weight()));
        return new BalanceSettings(
                strategy == null ? usual.strategy() : strategy,
                threshold == null ? usual.threshold() : threshold,
                timeout == null ? usual.timeout() : timeout,
                weights.isEmpty() ? usual.weights() : weights);
    }

    /** What it means, a line {@code key = value (source)} each; secrets are masked. */
    List<String> lines(BackendSettings read) {
        List<String> lines = new ArrayList<>();
        BalanceSettings balance = read.balance();
        if (key != null) {
            lines.add("auth.api_key = *** (" + name() + ")");
        }
        if (!workspaces.isEmpty()) {
            lines.add("load_balancer.strategy = " + balance.strategy().setting()
                    + " (" + (strategy == null ? "default" : name()) + ")");
            lines.add("load_balancer.circuit_breaker_threshold = " + balance.threshold()
                    + " (" + (threshold == null ? SharedSettings.BREAKER_THRESHOLD.name() : name()) + ")");
            lines.add("load_balancer.circuit_breaker_timeout = " + balance.timeout().toMillis() / 1000.0
                    + " (" + (timeout == null ? SharedSettings.BREAKER_TIMEOUT.name() : name()) + ")");
            read.upstreams().forEach(workspace -> lines.add("endpoints." + workspace.id() + " = " + workspace.url() + ", "
                    + workspace.auth().scheme() + " ***, weight " + balance.weights().get(workspace.id())
                    + " (" + name() + ")"));
        }
        return lines;
    }
}
