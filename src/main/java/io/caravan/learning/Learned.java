/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one upstream must not be sent: what its settings strip (M54), and what it was found to refuse. The latter is read
 * out of the words of its errors, kept for each model by itself once the request was taken without it, and forgotten after a
 * while:
 *
 * <ul>
 * <li>a body field that it does not know, at that path alone, with the betas that serve nothing else (P6);
 * <li>a value of the {@code anthropic-beta} header (E07), together with its fields (P6);
 * <li>the largest {@code max_tokens} it takes (E09, M52);
 * <li>of an upstream that speaks the chat format, the tools whose schemas it cannot read (E10): these very tools are sent
 *     with plainer ones;
 * <li>a version of the Messages API, for all its models.
 * </ul>
 *
 * <p>A field or a limit is kept for requests that bring no other beta than the one that was refused, and not at all where that
 * one lacked the beta the field needs. What a request cannot do without, or would mean something else without, is never left
 * out; the client is told of it (P16). Safe for use by many threads.
 */
public final class Learned {

    /** The version of the Messages API that every upstream takes. */
    public static final String VERSION = "2023-06-01";

    private static final String BETA = "beta:";
    private static final int MOST_MODELS = 1000;
    private static final int MOST_VERSIONS = 20;
    private static final int MOST_LESSONS = 100;
    private static final Pattern SCHEMA =
            Pattern.compile("input_schema|JSON schema|function\\.parameters", Pattern.CASE_INSENSITIVE);

    private final WireFormat format;
    private final boolean learns;
    private final Partners partners;
    private final Refusals stripped;
    private final Cache<String, Set<Lesson>> lessons;
    private final Cache<String, Boolean> strictSchemas;
    private final Cache<String, Boolean> refusedVersions;

    /**
     * @param format what the upstream speaks
     * @param strip  what it must not be sent: {@code key}, {@code parent.key} or {@code beta:NAME}, where a name may end
     *               in {@code *}
     * @param pairs  for a field, written as in {@code strip}, the betas that travel with it
     * @param kept   how long a refusal is remembered; zero: not at all
     * @param learns whether anything but its versions is learned
     */
    public Learned(WireFormat format, List<String> strip, Map<String, List<String>> pairs, Duration kept, boolean learns) {
        this.format = format;
        this.learns = learns;
        this.partners = Partners.of(pairs);
        this.stripped = partners.complete(stripped(strip));
        this.lessons = Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterWrite(kept).build();
        this.strictSchemas = Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterWrite(kept).build();
        this.refusedVersions = Caffeine.newBuilder().maximumSize(MOST_VERSIONS).expireAfterWrite(kept).build();
    }

    private static Refusals stripped(List<String> strip) {
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

    /**
     * One request to the upstream, which may be refused and mended several times.
     *
     * @param model   the upstream's name for the model
     * @param betas   the {@code anthropic-beta} header it would have; null without one
     * @param version the {@code anthropic-version} it would have
     */
    public Mending mending(String model, @Nullable String betas, String version) {
        return new Mending(model, betas, version);
    }

    /**
     * One request on its way to the upstream: what it is sent without, and what its refusals say. What they say holds for this
     * request at once, and for others when it has been taken so. One thread.
     */
    public final class Mending {

        private static final int MOST_TIMES = 5;

        private final String model;
        private final @Nullable String betaHeader;
        private final String version;
        private final Set<String> betas;
        private final Set<Lesson> own = new LinkedHashSet<>();
        private Refusals refusals = stripped;
        private Optional<String> plainTools = Optional.empty();
        private boolean versionRefused;
        private int times;

        private Mending(String model, @Nullable String betaHeader, String version) {
            this.model = model;
            this.betaHeader = betaHeader;
            this.version = version;
            this.betas = betas(betaHeader);
        }

        private static Set<String> betas(@Nullable String header) {
            Set<String> betas = new LinkedHashSet<>();
            if (header != null) {
                for (String beta : header.split(",")) {
                    betas.add(beta.strip());
                }
            }
            betas.remove("");
            return betas;
        }

        /** What is to be left out of the request now; made anew, it holds for one attempt. */
        public Refusals refusals() {
            Set<Lesson> known = lessons.asMap().getOrDefault(model, Set.of());
            refusals = stripped;
            if (!known.isEmpty() || !own.isEmpty()) {
                Set<Lesson> all = new LinkedHashSet<>(known);
                all.addAll(own);
                refusals = stripped.with(new Lessons(all, betas(stripped.betas(betaHeader)), partners));
            }
            return refusals;
        }

        /** Whether the schemas of the tools of {@code request} have been refused before, so that plainer ones are to be sent. */
        public boolean needsStrictSchema(ModelRequest request) {
            if (plainTools.isPresent()) {
                return true;
            }
            return strictSchemas.estimatedSize() > 0 && strictSchemas.getIfPresent(toolsKey(model, request)) != null;
        }

        /** The {@code anthropic-beta} header of the attempt, once its body was made; null for none. */
        public @Nullable String betas() {
            return refusals.betas(betaHeader);
        }

        /** The {@code anthropic-version} of the attempt. */
        public String version() {
            if (versionRefused || refusedVersions.getIfPresent(version) != null) {
                return VERSION;
            }
            return version;
        }

        /** What was left out of the attempt because of a refusal, by its keys: to be told to the client. */
        public Set<String> dropped() {
            return refusals.dropped();
        }

        /**
         * Reads what the upstream objects to.
         *
         * @param words of the error it answered the attempt with
         * @param asked the request as the client made it
         * @param sent  the body that the upstream got
         * @return whether the request is worth another attempt without it: not where the error names nothing that could be
         *         left out, and not after the fifth
         */
        public boolean refused(String words, ModelRequest asked, byte[] sent) {
            return times++ < MOST_TIMES && (versionIsNamed(words) || learns && learned(words, asked, sent));
        }

        private boolean versionIsNamed(String words) {
            boolean older = version().equals(VERSION);
            boolean named = words.contains(version) && words.toLowerCase(Locale.ROOT).contains("version");
            if (older || !named) {
                return false;
            }
            versionRefused = true;
            return true;
        }

        private boolean learned(String words, ModelRequest asked, byte[] sent) {
            if (namesSchemas(words) && !needsStrictSchema(asked)) {
                plainTools = Optional.of(toolsKey(model, asked));
                return true;
            }
            return own.addAll(RefusalReader.read(words, ModelRequest.scan(sent), betas(betas()), partners));
        }

        /**
         * The upstream has taken the request: what it refused before is kept.
         *
         * @return what is new, in words for the log; empty if nothing is
         */
        public Optional<String> taken() {
            List<String> kept = new ArrayList<>();
            plainTools.filter(tools -> strictSchemas.asMap().put(tools, Boolean.TRUE) == null)
                    .ifPresent(tools -> kept.add("the schemas of these tools"));
            if (versionRefused) {
                refusedVersions.put(version, Boolean.TRUE);
                kept.add("anthropic-version " + version);
            }
            Set<Lesson> teaching = new LinkedHashSet<>(own);
            teaching.removeIf(lesson -> lesson instanceof Lesson.Field field
                    && !partners.isAccompanied(field.path().field(), betas));
            if (!teaching.isEmpty()) {
                lessons.asMap().merge(model, Set.copyOf(teaching), Learned::together);
                teaching.forEach(lesson -> kept.add(lesson.toString()));
            }
            plainTools = Optional.empty();
            return Optional.of(kept).filter(what -> !what.isEmpty())
                    .map(what -> String.join(", ", what) + " for " + model + ": left out or plainer from now on");
        }
    }

    private static Set<Lesson> together(Set<Lesson> known, Set<Lesson> taught) {
        Set<Lesson> all = new LinkedHashSet<>(known);
        taught.stream().filter(lesson -> all.size() < MOST_LESSONS).forEach(all::add);
        return all;
    }

    private boolean namesSchemas(String words) {
        return format == WireFormat.CHAT && SCHEMA.matcher(words).find();
    }

    private static String toolsKey(String model, ModelRequest request) {
        return model + request.hash("tools");
    }
}
