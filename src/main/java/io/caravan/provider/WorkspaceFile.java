/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.provider.BackendSettings.Balance.Strategy;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
import java.util.regex.Pattern;

/**
 * What the load balancer's {@code config.yaml} says (ledger 4.1); what it does not say is empty.
 *
 * @param path       where it lies or would lie
 * @param strategy   how requests are spread
 * @param threshold  the failures in a row that open a breaker
 * @param timeout    how long a breaker stays open
 * @param key        the key of clients
 * @param workspaces in the file's order
 */
record WorkspaceFile(Path path, Optional<Strategy> strategy, Optional<Integer> threshold, Optional<Duration> timeout,
        Optional<Secret> key, List<Workspace> workspaces) {

    /** It may be JSON with comments, which is no YAML. */
    private static final Pattern CLAUDE_CODE_ROUTER =
            Pattern.compile("(?m)(^|[{,\\s])[\"']?(Providers|Router)[\"']?\\s*:\\s*[\\[{]");

    static final Setting PATH = Setting.of("CONFIG_PATH", "config.yaml",
            "the load balancer's file: several workspaces, and a key of clients");

    /**
     * One of {@code endpoints}.
     *
     * @param place   where it is
     * @param dialect empty where it says nothing
     */
    record Workspace(String name, WorkspaceUrl place, Auth auth, Optional<Dialect> dialect, int weight) {}

    /**
     * Reads the file; it counts where Databricks is what is served or may be, and wherever its path is given.
     *
     * @param reserved the names no workspace may have
     * @param warnings is told of a file that is there and does not count
     */
    static WorkspaceFile find(SettingSources sources, Collection<String> reserved, Consumer<String> warnings) {
        Path path = sources.get(PATH).toPath(sources.directory());
        requireFile(path, sources);
        String backend = Databricks.BACKEND.setting();
        boolean counts = sources.given(PATH) || sources.find(BackendChoice.PROXY_BACKEND)
                .map(value -> value.text().equalsIgnoreCase(backend)).orElse(true);
        if (!Files.exists(path)) {
            warnOfOtherEnding(path, warnings);
            return none(path);
        }
        if (!counts) {
            String name = path.getFileName().toString();
            warnings.accept(name + " is not read, for PROXY_BACKEND is not " + backend + ": set CONFIG_PATH=" + name
                    + " if its workspaces and its key are to count, or remove it");
            return none(path);
        }
        YamlFile yaml = new YamlFile(path.toString(), sources::variable);
        refuseOthers(path);
        WorkspaceFile read = new WorkspaceFileReader(yaml, path, reserved).read(yaml.read(path));
        if (read.workspaces().isEmpty()) {
            throw new SettingsException(path + " lists no endpoints, so there is nobody it could send requests to: list the"
                    + " workspaces under endpoints, or remove it (client keys alone can stand in PROXY_API_KEYS)");
        }
        return read;
    }

    /** A configuration that was asked for, or lies in its place, never counts as not there. */
    private static void requireFile(Path path, SettingSources sources) {
        if (Files.isRegularFile(path)) {
            return;
        }
        if (Files.isDirectory(path)) {
            throw new SettingsException(path + " is a directory and no file: give the file (docker makes a directory where the"
                    + " file to be mounted does not exist), or remove it");
        }
        if (sources.given(PATH)) {
            throw sources.get(PATH).invalid("it names no file; give the path of one, or leave the setting out");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new SettingsException(path + " cannot be read, for it leads to no file: mend the link, or remove it");
        }
    }

    private static void warnOfOtherEnding(Path path, Consumer<String> warnings) {
        String name = path.getFileName().toString();
        for (String ending : List.of(".yml", ".json")) {
            Path other = path.resolveSibling(name.replaceFirst("\\.[^.]*$", "") + ending);
            if (Files.isRegularFile(other)) {
                warnings.accept(other.getFileName() + " is not read, for only " + name + " is: rename it, or set CONFIG_PATH="
                        + other.getFileName() + ", if its workspaces and its key are to count");
            }
        }
    }

    private static WorkspaceFile none(Path path) {
        return new WorkspaceFile(path, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /** Its name alone. */
    String name() {
        return path.getFileName().toString();
    }

    /** What of its entries was understood otherwise than it was written. */
    List<String> warnings() {
        return workspaces.stream().filter(workspace -> !workspace.place().asInFiles())
                .flatMap(workspace -> workspace.place().warning(name() + ": the api_base of " + workspace.name(),
                        workspace.dialect().map(api -> "api: " + api.word())).stream())
                .toList();
    }

    /** How requests are spread over the workspaces. */
    BackendSettings.Balance balance(UpstreamReader reader) {
        BackendSettings.Balance usual = reader.balance(Set.of(Databricks.BACKEND.id()));
        Map<String, Integer> weights = new LinkedHashMap<>();
        workspaces.forEach(workspace -> weights.put(workspace.name(), workspace.weight()));
        if (weights.isEmpty()) {
            weights.putAll(usual.weights());
        }
        return new BackendSettings.Balance(strategy.orElse(usual.strategy()), threshold.orElse(usual.threshold()),
                timeout.orElse(usual.timeout()), weights);
    }

    /** What it means, a line {@code key = value (source)} each; secrets are masked. */
    List<String> lines(BackendSettings read) {
        List<String> lines = new ArrayList<>();
        BackendSettings.Balance balance = read.balance();
        key.ifPresent(secret -> lines.add("auth.api_key = *** (" + name() + ")"));
        if (!workspaces.isEmpty()) {
            lines.add("load_balancer.strategy = " + balance.strategy().setting() + source(strategy, "default"));
            lines.add("load_balancer.circuit_breaker_threshold = " + balance.threshold()
                    + source(threshold, UpstreamReader.BREAKER_THRESHOLD.name()));
            lines.add("load_balancer.circuit_breaker_timeout = " + balance.timeout().toMillis() / 1000.0
                    + source(timeout, UpstreamReader.BREAKER_TIMEOUT.name()));
            read.upstreams().forEach(workspace -> lines.add("endpoints." + workspace.id() + " = "
                    + workspace.urls().requests() + ", " + workspace.auth().scheme() + " ***, weight "
                    + balance.weights().get(workspace.id()) + " (" + name() + ")"));
        }
        return lines;
    }

    private String source(Optional<?> said, String otherwise) {
        return " (" + said.map(value -> name()).orElse(otherwise) + ")";
    }

    /** Refuses the configuration of another program, and says where to read on. */
    private static void refuseOthers(Path file) {
        try {
            if (CLAUDE_CODE_ROUTER.matcher(Files.readString(file)).find()) {
                throw new SettingsException(file + " is a configuration of Claude Code Router, which is not read here:"
                        + " docs/moving.md says which setting here is which of its");
            }
        } catch (IOException e) {
            // told by whoever reads it
        }
    }
}
