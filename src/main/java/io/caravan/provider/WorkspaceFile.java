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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What {@code config.yaml} says, the load balancer's file (ledger 4.1) and that of backends (5.11); what it does not say is empty.
 *
 * @param path       where it lies or would lie
 * @param strategy   how requests are spread
 * @param threshold  the failures in a row that open a breaker
 * @param timeout    how long a breaker stays open
 * @param key        the key of clients
 * @param workspaces in the file's order
 * @param listed     its backends, and which models they serve
 */
record WorkspaceFile(Path path, Optional<Strategy> strategy, Optional<Integer> threshold, Optional<Duration> timeout,
        Optional<Secret> key, List<Workspace> workspaces, ListedBackends listed) {

    /** It may be JSON with comments, which is no YAML. */
    private static final Pattern CLAUDE_CODE_ROUTER =
            Pattern.compile("(?m)(^|[{,\\s])[\"']?(Providers|Router)[\"']?\\s*:\\s*[\\[{]");

    static final Setting PATH = Setting.of("CONFIG_PATH", "config.yaml",
            "the file of several workspaces, a key of clients, and backends of one's own");

    /**
     * One of {@code endpoints}.
     *
     * @param place   where it is
     * @param dialect empty where it says nothing
     */
    record Workspace(String name, WorkspaceUrl place, Auth auth, Optional<Dialect> dialect, int weight) {}

    /**
     * Reads the file. Its backends always count, and so does all else of a file that has some; else it counts where Databricks
     * is what is served or may be, and wherever its path is given.
     *
     * @param builtIn  the backends that come with the gateway
     * @param warnings is told of a file that is there and does not count
     */
    static WorkspaceFile find(SettingSources sources, List<Backend> builtIn, Consumer<String> warnings) {
        Path path = sources.get(PATH).toPath(sources.directory());
        requireFile(path, sources);
        if (!Files.exists(path)) {
            warnOfOtherEnding(path, warnings);
            return none(path);
        }
        YamlFile yaml = new YamlFile(path.toString(), sources::variable);
        if (!counts(sources, yaml, path)) {
            String name = path.getFileName().toString();
            warnings.accept(name + " is not read, for PROXY_BACKEND is not " + Databricks.BACKEND.setting() + ": set CONFIG_PATH="
                    + name + " if its workspaces and its key are to count, or remove it");
            return none(path);
        }
        refuseOthers(path);
        return read(path, yaml.read(path), sources, builtIn);
    }

    /**
     * Reads what a file says, whether it counts or not.
     *
     * @throws SettingsException naming the line, if it cannot be used
     */
    static WorkspaceFile read(Path path, @Nullable Node root, SettingSources sources, List<Backend> builtIn) {
        YamlFile yaml = new YamlFile(path.toString(), sources::variable);
        WorkspaceFile read = new WorkspaceFileReader(yaml, path, builtIn).read(root, new UpstreamReader(sources, none(path)));
        if (read.workspaces().isEmpty() && read.listed().isEmpty()) {
            throw new SettingsException(path + " lists no endpoints and no backends, so there is nobody it could send requests to:"
                    + " list workspaces under endpoints or backends under backends, or remove it (client keys alone can stand in"
                    + " PROXY_API_KEYS)");
        }
        return read;
    }

    private static boolean counts(SettingSources sources, YamlFile yaml, Path path) {
        boolean asked = sources.given(PATH) || sources.find(BackendChoice.PROXY_BACKEND)
                .map(value -> value.text().equalsIgnoreCase(Databricks.BACKEND.setting())).orElse(true);
        return asked || listsBackends(yaml, path);
    }

    /** What is no YAML lists none. */
    private static boolean listsBackends(YamlFile yaml, Path path) {
        try {
            Map<String, Node> top = yaml.map(yaml.read(path), "the file");
            return Stream.of("backends", "routes").anyMatch(top::containsKey);
        } catch (SettingsException e) {
            return false;
        }
    }

    /** Whether {@code other} says the same of all that is read at start alone. */
    boolean startsAs(WorkspaceFile other) {
        return strategy.equals(other.strategy) && threshold.equals(other.threshold) && timeout.equals(other.timeout)
                && key.equals(other.key) && workspaces.equals(other.workspaces);
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
        return new WorkspaceFile(path, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of(),
                ListedBackends.NONE);
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
    List<String> lines(Backends read) {
        List<String> lines = new ArrayList<>();
        key.ifPresent(secret -> lines.add("auth.api_key = *** (" + name() + ")"));
        if (!workspaces.isEmpty()) {
            lines.addAll(ofWorkspaces(read.get(Databricks.BACKEND.id())));
        }
        listed.own().forEach(backend -> backend.upstreams().forEach(upstream -> lines.add("backends." + backend.backend().id() + " = "
                + upstream.dialect().word() + " at " + upstream.urls().requests() + ", " + upstream.auth().scheme()
                + " ***" + backend.share(upstream) + " (" + name() + ")")));
        listed.fallbacks().keySet().stream().sorted().forEach(id -> lines.add("backends." + id + ".fallback = "
                + String.join(", ", read.fallbacksOf(id)) + " (" + name() + ")"));
        listed.routes().rows().forEach((glob, id) -> lines.add("routes." + glob + " = " + id + " (" + name() + ")"));
        return lines;
    }

    private List<String> ofWorkspaces(BackendSettings read) {
        BackendSettings.Balance balance = read.balance();
        List<String> lines = new ArrayList<>();
        lines.add("load_balancer.strategy = " + balance.strategy().setting() + source(strategy, "default"));
        lines.add("load_balancer.circuit_breaker_threshold = " + balance.threshold()
                + source(threshold, UpstreamReader.BREAKER_THRESHOLD.name()));
        lines.add("load_balancer.circuit_breaker_timeout = " + balance.timeout().toMillis() / 1000.0
                + source(timeout, UpstreamReader.BREAKER_TIMEOUT.name()));
        read.upstreams().forEach(workspace -> lines.add("endpoints." + workspace.id() + " = "
                + workspace.urls().requests() + ", " + workspace.auth().scheme() + " ***" + read.share(workspace)
                + " (" + name() + ")"));
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
