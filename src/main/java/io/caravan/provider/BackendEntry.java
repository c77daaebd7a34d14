/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import io.caravan.provider.BackendSettings.Balance;
import io.caravan.provider.BackendSettings.Balance.Strategy;
import io.caravan.provider.UpstreamSettings.Safeguards;
import io.caravan.settings.value.YamlFile;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one entry of {@code backends} in {@code config.yaml}, and says in which line something is wrong. */
final class BackendEntry {

    private static final List<String> KEYS = Stream.concat(EntryAuth.KEYS.stream(), Stream.of("name", "api", "dialect", "url",
            "upstreams", "strategy", "circuit_breaker_threshold", "circuit_breaker_timeout", "fallback", "models", "strip",
            "safeguards", "rules", "transformers", "query", "headers", "timeout", "max_tokens")).toList();
    private static final List<String> OF_UPSTREAM =
            Stream.concat(EntryAuth.KEYS.stream(), Stream.of("name", "url", "weight")).toList();
    private static final List<Dialect> DIALECTS =
            List.of(Dialect.messages("messages"), new OpenAiChat("", false), new OpenRouterChat(), new LiteLlmChat());
    /** By what a dialect is called here. */
    private static final List<String> WORDS = List.of("messages", "openai", "openrouter", "litellm");

    /** How OpenAI's models that think call the limit of tokens. */
    private static final String REASONS = "max_completion_tokens";
    private static final Pattern UPSTREAM_NAME = Pattern.compile("[^\\p{Cntrl}]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]*");
    private static final int LONGEST_SECONDS = 2_592_000;

    private final YamlFile yaml;
    private final UpstreamReader usual;
    private final Backend backend;

    BackendEntry(YamlFile yaml, UpstreamReader usual, Backend backend) {
        this.yaml = yaml;
        this.usual = usual;
        this.backend = backend;
    }

    BackendSettings read(Node node) {
        Map<String, Node> entry = yaml.map(node, "the backend " + backend.id(), KEYS);
        Dialect dialect = dialect(node, entry);
        List<UpstreamSettings> upstreams = new ArrayList<>();
        Map<String, Integer> weights = new LinkedHashMap<>();
        List<Node> listed = yaml.list(entry.get("upstreams"), "upstreams");
        if (listed.isEmpty()) {
            upstreams.add(upstream(backend.id(), node, entry, entry, dialect));
            weights.put(backend.id(), 1);
        }
        for (Node one : listed) {
            Map<String, Node> own = yaml.map(one, "an upstream of " + backend.id(), OF_UPSTREAM);
            String id = yaml.text(own.get("name"), "name").orElse(backend.id() + "-" + (upstreams.size() + 1));
            if (!UPSTREAM_NAME.matcher(id).matches()) {
                throw yaml.wrong(own.get("name"), "an upstream's name must be 1 to 64 characters of one line");
            }
            Map<String, Node> both = new LinkedHashMap<>(entry);
            both.keySet().removeAll(own.keySet().stream().anyMatch(EntryAuth.KEYS::contains) ? EntryAuth.KEYS : List.of());
            both.putAll(own);
            upstreams.add(upstream(id, one, entry, both, dialect));
            weights.put(id, whole(own, "weight", 1_000).orElse(1));
        }
        return new BackendSettings(backend, upstreams, balance(entry, weights), backend.id(), Map.of());
    }

    private Dialect dialect(Node node, Map<String, Node> entry) {
        Optional<String> api = yaml.oneOf(entry.get("api"), "api", List.of("chat", "messages"));
        Optional<String> word = yaml.oneOf(entry.get("dialect"), "dialect", WORDS);
        if (api.isEmpty() && word.isEmpty()) {
            throw yaml.wrong(node, "the backend " + backend.id() + " does not say what it speaks; give it api: chat (OpenAI's"
                    + " format) or api: messages (Anthropic's)");
        }
        String usualWord = api.filter("messages"::equals).orElse("openai");
        Dialect dialect = DIALECTS.get(WORDS.indexOf(word.orElse(usualWord)));
        boolean messages = dialect.format() == WireFormat.MESSAGES;
        if (messages != api.map("messages"::equals).orElse(messages)) {
            throw yaml.wrong(entry.get("dialect"), "dialect " + word.orElse("") + " is none of api " + api.orElse("")
                    + "; leave one of the two out");
        }
        if (yaml.oneOf(entry.get("max_tokens"), "max_tokens", List.of("max_tokens", REASONS)).filter(REASONS::equals).isEmpty()) {
            return dialect;
        }
        if (!dialect.word().equals("openai")) {
            throw yaml.wrong(entry.get("max_tokens"), REASONS + " is for the dialect openai; leave it out");
        }
        return new OpenAiChat("", true);
    }

    /** @param said what the backend says; @param own the same, and what the upstream itself says */
    private UpstreamSettings upstream(String id, Node node, Map<String, Node> said, Map<String, Node> own, Dialect dialect) {
        Safeguards safeguards = yaml.oneOf(said.get("safeguards"), "safeguards", List.of("pass", "answer", "off"))
                .map(word -> Safeguards.valueOf(word.toUpperCase(Locale.ROOT))).orElse(Safeguards.ANSWER);
        String url = yaml.text(own.get("url"), "url").orElseThrow(() -> yaml.wrong(node, id + " has no url; give it one"));
        Place place = place(url, dialect, own.get("url"));
        UpstreamReader.Builder upstream = usual.upstream(backend, place.dialect()).id(id);
        if (place.counts() == null) {
            upstream.urls(place.requests(), place.lists());
        } else {
            upstream.urls(place.requests(), place.counts(), place.lists());
        }
        seconds(said, "timeout").ifPresent(head -> upstream.headTimeout(head, "timeout of " + backend.id()));
        headers(said.get("headers")).forEach(upstream::header);
        return upstream.auth(new EntryAuth(yaml, node, own, id).read())
                .query(query(said.get("query")))
                .strip(strip(said.get("strip"), safeguards))
                .safeguards(safeguards)
                .rules(Optional.ofNullable(said.get("rules")).filter(yaml::says).map(rules -> texts(rules, "rules")))
                .learns(true)
                .build()
                .withTransformers(texts(said.get("transformers"), "transformers"));
    }

    /** Where an upstream is, and the dialect it has there. */
    private record Place(URI requests, @Nullable URI counts, URI lists, Dialect dialect) {}

    private Place place(String url, Dialect dialect, @Nullable Node node) {
        if (dialect.format() == WireFormat.MESSAGES) {
            String base = UpstreamUrl.without(UpstreamUrl.without(url, "/messages"), "/v1");
            return new Place(uri(base + "/v1/messages", node), uri(base + "/v1/messages/count_tokens", node),
                    uri(base + "/v1/models", node), dialect);
        }
        String base = UpstreamUrl.without(url, "/chat/completions");
        int model = base.indexOf(OpenAiChat.MODEL);
        if (model < 0) {
            return new Place(uri(base + "/chat/completions", node), null, uri(base + "/models", node), dialect);
        }
        String before = UpstreamUrl.without(base.substring(0, model), "");
        if (!(dialect instanceof OpenAiChat openAi) || base.indexOf(OpenAiChat.MODEL, model + 1) >= 0) {
            throw yaml.wrong(node, "url may hold " + OpenAiChat.MODEL + " once, in the dialect openai; write the URL without it");
        }
        return new Place(uri(before, node), null, uri(before.replaceFirst("/[^/]+$", "") + "/models", node),
                new OpenAiChat("/" + base.substring(model) + "/chat/completions", openAi.reasons()));
    }

    private URI uri(String url, @Nullable Node node) {
        return UpstreamUrl.of(url, "").orElseThrow(() -> yaml.wrong(node, "url must be one such as https://llm.example/v1;"
                + " http or https, without user, password, ? and # (query: has a place of its own)"));
    }

    private Map<String, String> headers(@Nullable Node node) {
        Map<String, String> headers = new LinkedHashMap<>();
        yaml.map(node, "headers").forEach((name, value) -> {
            String text = yaml.text(value, "a header").orElse("");
            if (!HEADER_VALUE.matcher(text).matches()) {
                throw yaml.wrong(value, "a header's value must be printable ASCII");
            }
            headers.put(EntryAuth.headerName(yaml, name, value), text);
        });
        return headers;
    }

    private String query(@Nullable Node node) {
        List<String> pairs = new ArrayList<>();
        yaml.map(node, "query").forEach((name, value) ->
                pairs.add(encoded(name) + "=" + encoded(yaml.text(value, "a value of query").orElse(""))));
        return String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private List<String> strip(@Nullable Node node, Safeguards safeguards) {
        if (!yaml.says(node)) {
            return safeguards == Safeguards.PASS ? List.of() : List.of("safeguards");
        }
        List<String> entries = texts(node, "strip");
        if (!entries.stream().allMatch(StripList::isEntry)) {
            throw yaml.wrong(node, "strip: " + StripList.FORM);
        }
        return entries;
    }

    private List<String> texts(@Nullable Node node, String what) {
        List<String> texts = new ArrayList<>();
        yaml.list(node, what).forEach(item -> yaml.text(item, what).ifPresent(texts::add));
        return Collections.unmodifiableList(texts);
    }

    private Balance balance(Map<String, Node> entry, Map<String, Integer> weights) {
        Balance other = usual.balance(weights.keySet());
        Strategy strategy = yaml.oneOf(entry.get("strategy"), "strategy", Stream.of(Strategy.values()).map(Strategy::setting).toList())
                .map(text -> Strategy.valueOf(text.toUpperCase(Locale.ROOT))).orElse(other.strategy());
        return new Balance(strategy, whole(entry, "circuit_breaker_threshold", 1_000_000).orElse(other.threshold()),
                seconds(entry, "circuit_breaker_timeout").orElse(other.timeout()), weights);
    }

    private Optional<Duration> seconds(Map<String, Node> map, String key) {
        return yaml.number(map.get(key), key + " (in seconds)", new BigDecimal("0.001"), LONGEST_SECONDS, 3)
                .map(seconds -> Duration.ofMillis(seconds.movePointRight(3).longValueExact()));
    }

    private Optional<Integer> whole(Map<String, Node> map, String key, int most) {
        return yaml.number(map.get(key), key, BigDecimal.ONE, most, 0).map(BigDecimal::intValueExact);
    }
}
