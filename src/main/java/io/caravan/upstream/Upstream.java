/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.Deadlines;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.learning.Learned;
import io.caravan.learning.Learned.Mending;
import io.caravan.provider.ChatDialect.Rule;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One upstream at run time: its settings, its credential, and what it has been found to refuse. */
final class Upstream {

    private static final Duration NOT_ASKED_TO_COUNT = Duration.ofHours(1);

    private final UpstreamSettings settings;
    private final Learned learned;
    private final Set<Rule> rules;
    private final Credential credential;
    private final Masking masking;
    private final GatewaySettings.Stream limits;
    private volatile long countsFrom = System.nanoTime();
    private Consumer<Call> whenSent = call -> { };
    private Runnable whenAnswered = () -> { };

    Upstream(UpstreamSettings settings, Credential credential, Learned learned, GatewaySettings.Stream limits) {
        this.credential = credential;
        this.masking = new Masking(credential::secrets);
        this.limits = limits;
        this.settings = settings;
        this.learned = learned;
        this.rules = rulesOf(settings);
    }

    /** Runs {@code action} for each model request that goes out to the upstream. */
    void whenSent(Consumer<Call> action) {
        whenSent = action;
    }

    void sent(Call call) {
        whenSent.accept(call);
    }

    /** Runs {@code action} whenever the head of an answer has come from the upstream, whatever it says. */
    void whenAnswered(Runnable action) {
        whenAnswered = action;
    }

    void answered() {
        whenAnswered.run();
    }

    /** Whether the upstream has an endpoint that counts tokens, as far as is known. */
    boolean counts() {
        return settings.urls().counts().isPresent() && System.nanoTime() - countsFrom >= 0;
    }

    /** The upstream has no endpoint that counts tokens: it is not asked for a while. */
    void cannotCount() {
        countsFrom = System.nanoTime() + NOT_ASKED_TO_COUNT.toNanos();
    }

    /** The wire format the upstream speaks. */
    WireFormat format() {
        return settings.format();
    }

    /** The path requests for {@code model} are posted to. */
    String path(String model) {
        return settings.urls().requests().getRawPath() + settings.dialect().modelPath(model);
    }

    /** The path at which tokens are counted, with its query; empty where it is that of the URL. */
    String countPath() {
        if (settings.urls().query().isEmpty()) {
            return "";
        }
        return settings.urls().counts().map(url -> withQuery(url.getRawPath())).orElse("");
    }

    /** A path here, with the query that every request has, which may be secret. */
    String withQuery(String path) {
        if (settings.urls().query().isEmpty()) {
            return path;
        }
        return path + "?" + settings.urls().query();
    }

    /** What a translator must know of it for a request of {@code call}. */
    UpstreamTerms terms(String model, ModelTraits traits, Call call, @Nullable UnaryOperator<String> images, Mending mending) {
        return new UpstreamTerms(settings.dialect(), model, traits, rules, mending.needsStrictSchema(call.request()),
                call.headers().first("x-claude-code-session-id").orElse(null), images, mending.refusals());
    }

    /** A request of {@code call} on its way here, which has not been refused yet. */
    Mending mending(Call call, String model) {
        String version = call.headers().joined("anthropic-version")
                .filter(named -> call.format() == WireFormat.MESSAGES).orElse(Learned.VERSION);
        return learned.mending(model, betas(call), version);
    }

    /** The client's betas; with the one for the long context where the model's name asks for it. */
    private @Nullable String betas(Call call) {
        Optional<String> betas = call.headers().joined("anthropic-beta");
        boolean asked = call.modelName().longContext();
        if (asked && betas.filter(named -> named.contains(settings.longContextBeta())).isEmpty()) {
            return Stream.concat(betas.stream(), Stream.of(settings.longContextBeta())).filter(beta -> !beta.isEmpty())
                    .reduce((one, other) -> one + "," + other).orElse(null);
        }
        return betas.orElse(null);
    }

    /** How long its attempts may take. */
    Deadlines.Limits limits() {
        return new Deadlines.Limits(settings.times().head(), settings.times().headSetting(), settings.times().answer(), limits.firstContent(),
                limits.silence(), limits.retryOnTimeout());
    }

    private static Set<Rule> rulesOf(UpstreamSettings settings) {
        Set<Rule> rules = settings.rules().map(names -> named(names, settings.id())).orElse(settings.dialect().rules());
        return settings.format() == WireFormat.CHAT ? rules : Set.of();
    }

    private static Set<Rule> named(List<String> names, String upstream) {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        names.forEach(name -> rules.add(named(name, upstream)));
        return rules;
    }

    private static Rule named(String name, String upstream) {
        List<Rule> all = List.of(Rule.values());
        return all.stream().filter(rule -> rule.setting().equals(name)).findFirst()
                .orElseThrow(() -> new SettingsException("the rule " + name + " for " + upstream + " is not known; there are "
                        + all.stream().map(Rule::setting).collect(Collectors.joining(", "))));
    }

    UpstreamSettings settings() {
        return settings;
    }

    /** What it knows the gateway by. */
    Credential credential() {
        return credential;
    }

    /** Blots out its own credential, should the upstream repeat it. */
    Masking masking() {
        return masking;
    }
}
