/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.provider.BackendSettings.Balance.Strategy;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads {@code config.yaml}, and says in which line something is wrong. */
final class WorkspaceFileReader {

    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,64}");
    private static final int LONGEST_TIMEOUT = 2_592_000;

    private final YamlFile yaml;
    private final Path path;
    private final List<Backend> builtIn;
    private final Set<String> names;

    WorkspaceFileReader(YamlFile yaml, Path path, List<Backend> builtIn) {
        this.yaml = yaml;
        this.path = path;
        this.builtIn = builtIn;
        names = new HashSet<>(List.of(Backend.NONE));
        builtIn.stream().filter(backend -> !backend.equals(Databricks.BACKEND)).forEach(backend -> names.add(backend.id()));
    }

    WorkspaceFile read(@Nullable Node root, UpstreamReader usual) {
        Map<String, Node> top =
                yaml.map(root, "the file", List.of("load_balancer", "auth", "endpoints", "backends", "routes"));
        ListedBackends listed = ListedBackends.read(top, yaml, usual, builtIn);
        names.addAll(listed.reserved());
        Map<String, Node> balancer = yaml.map(top.get("load_balancer"), "load_balancer",
                List.of("strategy", "circuit_breaker_threshold", "circuit_breaker_timeout"));
        Optional<Strategy> strategy = yaml.oneOf(balancer.get("strategy"), "strategy",
                        Stream.of(Strategy.values()).map(Strategy::setting).toList())
                .map(text -> Strategy.valueOf(text.toUpperCase(Locale.ROOT)));
        Optional<Integer> threshold = whole(balancer, "circuit_breaker_threshold", 1_000_000);
        Optional<Duration> timeout = yaml.number(balancer.get("circuit_breaker_timeout"), "circuit_breaker_timeout (in seconds)",
                        new BigDecimal("0.001"), LONGEST_TIMEOUT, 3)
                .map(seconds -> Duration.ofMillis(seconds.movePointRight(3).longValueExact()));
        Map<String, Node> auth = yaml.map(top.get("auth"), "auth", List.of("api_key"));
        Optional<Secret> key = secret(auth, "api_key");
        List<WorkspaceFile.Workspace> workspaces = new ArrayList<>();
        for (Node entry : yaml.list(top.get("endpoints"), "endpoints")) {
            workspaces.add(workspace(entry));
        }
        return new WorkspaceFile(path, strategy, threshold, timeout, key, List.copyOf(workspaces), listed);
    }

    private WorkspaceFile.Workspace workspace(Node node) {
        Map<String, Node> entry = yaml.map(node, "an endpoint", List.of("name", "api_base", "token", "weight", "auth",
                "client_id", "client_secret", "api"));
        String name = name(node, entry);
        String base = yaml.text(entry.get("api_base"), "api_base").orElseThrow(() -> lacks(node, name, "api_base"));
        WorkspaceUrl place = WorkspaceUrl.ofBase(base).orElseThrow(() ->
                yaml.wrong(entry.get("api_base"), "api_base must be a URL such as"
                        + " https://adb-123.4.azuredatabricks.net/serving-endpoints, without user, password, ? and #"));
        Optional<String> api = yaml.oneOf(entry.get("api"), "api",
                Databricks.DIALECTS.stream().map(Dialect::word).toList());
        Optional<Dialect> dialect = api.flatMap(word ->
                Databricks.DIALECTS.stream().filter(one -> one.word().equals(word)).findFirst());
        return new WorkspaceFile.Workspace(name, place, auth(node, entry, name, place), dialect,
                whole(entry, "weight", 1_000).orElse(1));
    }

    private String name(Node node, Map<String, Node> entry) {
        String name = yaml.text(entry.get("name"), "name")
                .orElseThrow(() -> yaml.wrong(node, "an endpoint has no name; give it one"));
        if (!NAME.matcher(name).matches()) {
            throw yaml.wrong(entry.get("name"), "an endpoint's name must be 1 to 64 characters of one line");
        }
        if (!names.add(UpstreamSettings.routeName(name).toLowerCase(Locale.ROOT))) {
            throw yaml.wrong(entry.get("name"), "the name " + name
                    + " is taken by another endpoint or a backend; choose another (letter case does not count)");
        }
        return name;
    }

    private Auth auth(Node node, Map<String, Node> entry, String name, WorkspaceUrl place) {
        Optional<Secret> token = secret(entry, "token");
        Optional<String> id = yaml.text(entry.get("client_id"), "client_id");
        Optional<Secret> secret = secret(entry, "client_secret");
        String usual = "bearer";
        if (token.isEmpty() && Stream.of(id, secret).anyMatch(Optional::isPresent)) {
            usual = "oauth";
        }
        String scheme = yaml.oneOf(entry.get("auth"), "auth", List.of("basic", "bearer", "oauth")).orElse(usual);
        if (!scheme.equals("oauth")) {
            return Databricks.token(scheme, token.orElseThrow(() -> lacks(node, name, "token")));
        }
        String client = id.orElseThrow(() -> lacks(node, name, "client_id"));
        if (!Auth.OAuth.isClientId(client)) {
            throw yaml.wrong(entry.get("client_id"), "client_id holds a space, a colon or a letter outside ASCII");
        }
        return new Auth.OAuth(place.token(), client,
                secret.orElseThrow(() -> lacks(node, name, "client_secret")));
    }

    private SettingsException lacks(Node node, String name, String key) {
        return yaml.wrong(node, "the endpoint " + name + " has no " + key + "; give it one");
    }

    private Optional<Integer> whole(Map<String, Node> map, String key, int most) {
        return yaml.number(map.get(key), key, BigDecimal.ONE, most, 0).map(BigDecimal::intValueExact);
    }

    private Optional<Secret> secret(Map<String, Node> map, String key) {
        return yaml.text(map.get(key), key).map(text -> {
            if (!Secret.fitsHeader(text)) {
                throw yaml.wrong(map.get(key), key
                        + " holds a space, a control character or a letter outside ASCII; was it pasted whole?");
            }
            return Secret.of(text);
        });
    }
}
