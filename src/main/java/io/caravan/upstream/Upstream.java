/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.caravan.call.Call;
import io.caravan.call.Deadlines;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.chat.ChatRule;
import io.caravan.learning.FieldPath;
import io.caravan.learning.Partners;
import io.caravan.learning.Refusals;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One upstream at run time: its settings, and what it has been found to refuse, per model and for a while. */
public final class Upstream {

    private static final String BETA = "beta:";
    private static final int MOST_MODELS = 1000;
    private static final Duration NOT_ASKED_TO_COUNT = Duration.ofHours(1);

    private final UpstreamSettings settings;
    private final Partners partners;
    private final Refusals stripped;
    private final Cache<String, Refusals> learned;
    private final Cache<String, Boolean> strictSchemas;
    private final Set<ChatRule> rules;
    private final Credential credential;
    private final GatewaySettings.Stream limits;
    private volatile long countsAgainAt;
    private Runnable whenSent = () -> { };

    Upstream(UpstreamSettings settings, Credential credential, Partners partners, Duration learnedFor,
            GatewaySettings.Stream limits) {
        this.credential = credential;
        this.limits = limits;
        this.settings = settings;
        this.partners = partners;
        this.stripped = partners.complete(parse(settings.strip()));
        this.learned = Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterWrite(learnedFor).build();
        this.strictSchemas = Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterWrite(learnedFor).build();
        this.rules = rulesOf(settings);
    }

    /** Runs {@code action} for each model request that goes out to the upstream. */
    public void whenSent(Runnable action) {
        whenSent = action;
    }

    void sent() {
        whenSent.run();
    }

    /** Whether the upstream has an endpoint that counts tokens, as far as is known. */
    boolean counts() {
        return settings.urls().counts().isPresent() && (countsAgainAt == 0 || System.nanoTime() - countsAgainAt > 0);
    }

    /** The upstream has no endpoint that counts tokens: it is not asked for a while. */
    void cannotCount() {
        countsAgainAt = System.nanoTime() + NOT_ASKED_TO_COUNT.toNanos();
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
    UpstreamTerms terms(String model, ModelTraits traits, Call call, UnaryOperator<String> images) {
        return new UpstreamTerms(settings.dialect(), model, traits, rules, needsStrictSchema(model, call.request()),
                call.headers().first("x-claude-code-session-id"), images, refusals(model));
    }

    /** How long its attempts may take. */
    Deadlines.Limits limits() {
        return new Deadlines.Limits(settings.times().head(), settings.times().answer(), limits.firstContent(),
                limits.silence(), limits.retryOnTimeout());
    }

    /** Whether the upstream has refused the schemas of these very tools before (case E10). */
    boolean needsStrictSchema(String model, ModelRequest request) {
        return strictSchemas.estimatedSize() > 0
                && strictSchemas.getIfPresent(model + request.hash("tools")) != null;
    }

    /**
     * Remembers that the upstream refused the schemas of the request's tools.
     *
     * @return false if that was known
     */
    boolean learnStrictSchema(String model, ModelRequest request) {
        return strictSchemas.asMap().put(model + request.hash("tools"), Boolean.TRUE) == null;
    }

    private static Set<ChatRule> rulesOf(UpstreamSettings settings) {
        Set<ChatRule> named = settings.rules().isEmpty() ? settings.dialect().rules() : named(settings);
        return settings.format() == WireFormat.CHAT ? named : Set.of();
    }

    private static Set<ChatRule> named(UpstreamSettings settings) {
        Set<ChatRule> rules = EnumSet.noneOf(ChatRule.class);
        for (String name : settings.rules().orElseThrow()) {
            rules.add(Stream.of(ChatRule.values()).filter(rule -> rule.setting().equals(name)).findFirst()
                    .orElseThrow(() -> new SettingsException("the rule " + name + " for " + settings.id()
                            + " is not known; there are "
                            + Stream.of(ChatRule.values()).map(ChatRule::setting).collect(Collectors.joining(", ")))));
        }
        return rules;
    }

    public UpstreamSettings settings() {
        return settings;
    }

    /** What it knows the gateway by. */
    Credential credential() {
        return credential;
    }

    /** All that is to be left out of a request for {@code model}. */
    Refusals refusals(String model) {
        Refusals known = learned.getIfPresent(model);
        return known == null ? stripped : stripped.and(known);
    }

    /**
     * Remembers what the upstream refused for {@code model}, partners included.
     *
     * @return false if nothing of it is new, so that repeating the request would change nothing
     */
    boolean learn(String model, Refusals refused) {
        Refusals whole = partners.complete(refused);
        if (!whole.addsTo(refusals(model))) {
            return false;
        }
        learned.asMap().merge(model, whole, Refusals::and);
        return true;
    }

    /** {@code text} with this upstream's own credential blotted out, should the upstream repeat it. */
    String masked(String text) {
        return credential.masked(text);
    }

    /** The same of a body; the body itself where there is nothing to blot out. */
    byte[] masked(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        String masked = masked(text);
        return masked.equals(text) ? body : masked.getBytes(StandardCharsets.UTF_8);
    }

    private static Refusals parse(List<String> strip) {
        Set<FieldPath> fields = new LinkedHashSet<>();
        Set<String> betas = new LinkedHashSet<>();
        for (String entry : strip) {
            if (entry.startsWith(BETA)) {
                betas.add(entry.substring(BETA.length()));
            } else {
                fields.add(FieldPath.of(entry));
            }
        }
        return new Refusals(fields, betas, 0);
    }
}
