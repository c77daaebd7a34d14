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
import io.caravan.provider.ChatDialect.Rule;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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
    private Runnable whenSent = () -> { };

    Upstream(UpstreamSettings settings, Credential credential, Learned learned, GatewaySettings.Stream limits) {
        this.credential = credential;
        this.masking = new Masking(credential::secrets);
        this.limits = limits;
        this.settings = settings;
        this.learned = learned;
        this.rules = rulesOf(settings);
    }

    /** Runs {@code action} for each model request that goes out to the upstream. */
    void whenSent(Runnable action) {
        whenSent = action;
    }

    void sent() {
        whenSent.run();
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

    /** What a translator must know of it for a request of {@code call}. */
    UpstreamTerms terms(String model, ModelTraits traits, Call call, @Nullable UnaryOperator<String> images) {
        return new UpstreamTerms(settings.dialect(), model, traits, rules, learned.needsStrictSchema(model, call.request()),
                call.headers().first("x-claude-code-session-id").orElse(null), images, learned.refusals(model));
    }

    /** How long its attempts may take. */
    Deadlines.Limits limits() {
        return new Deadlines.Limits(settings.times().head(), settings.times().answer(), limits.firstContent(),
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

    /** What it must not be sent. */
    Learned learned() {
        return learned;
    }

    /** Blots out its own credential, should the upstream repeat it. */
    Masking masking() {
        return masking;
    }
}
