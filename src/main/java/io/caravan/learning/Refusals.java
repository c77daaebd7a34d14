/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import io.caravan.format.ModelRequest;
import io.caravan.format.json.Edit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one upstream must not be sent: body fields, values of the {@code anthropic-beta} header, and more than its largest
 * {@code max_tokens}. What a strip list says holds for every request; what was learned from refusals is of one request, and
 * notes what it leaves out of that. {@link Learned} hands it out. One thread, unless nothing was learned.
 */
public final class Refusals {

    private static final Lessons NO_LESSONS = new Lessons(Set.of(), Set.of(), Partners.of(Map.of()));

    /** An upstream that takes everything. */
    public static final Refusals NONE = new Refusals(Set.of(), Set.of(), 0);

    private static final long MIN_THINKING_BUDGET = 1024;
    /** In the Messages format, and what newer OpenAI clients call it. */
    static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    private final Set<FieldPath> fields;
    private final Set<String> betas;
    private final long maxTokens;
    private final Set<String> topLevel = new LinkedHashSet<>();
    private final List<FieldPath> nested = new ArrayList<>();
    private final Lessons lessons;

    /**
     * @param fields    fields to cut
     * @param betas     beta values to leave out, each a name or a prefix ending in {@code *}
     * @param maxTokens the largest {@code max_tokens} taken, or 0 for no known limit
     */
    Refusals(Collection<FieldPath> fields, Collection<String> betas, long maxTokens) {
        this(fields, betas, maxTokens, NO_LESSONS);
    }

    private Refusals(Collection<FieldPath> fields, Collection<String> betas, long maxTokens, Lessons lessons) {
        this.lessons = lessons;
        this.fields = Set.copyOf(fields);
        this.betas = Set.copyOf(betas);
        this.maxTokens = maxTokens;
        for (FieldPath field : this.fields) {
            if (field.topLevel()) {
                topLevel.add(field.name());
            } else {
                nested.add(field);
            }
        }
    }

    Set<FieldPath> fields() {
        return fields;
    }

    Set<String> betas() {
        return betas;
    }

    long maxTokens() {
        return maxTokens;
    }

    /** The same for one request, with what was learned. */
    Refusals with(Lessons learned) {
        return new Refusals(fields, betas, maxTokens, learned);
    }

    private boolean isEmpty() {
        return fields.isEmpty() && !lessons.cuts() && limit() == 0;
    }

    private long limit() {
        return smaller(maxTokens, lessons.maxTokens());
    }

    /** Of two limits the smaller, where 0 is none. */
    static long smaller(long limit, long other) {
        if (limit == 0) {
            return other;
        }
        if (other == 0) {
            return limit;
        }
        return Math.min(limit, other);
    }

    /**
     * The request as this upstream takes it, under the name {@code model}: slices that share the body's bytes. With
     * nothing to strip the bytes differ in the model's value alone.
     *
     * @param model null: the name stays
     */
    public List<Edit.Slice> apply(ModelRequest request, @Nullable String model) {
        List<Edit> edits = request.withModel(model);
        if (lessons.cuts()) {
            edits.addAll(withoutLearned(request));
        } else if (!fields.isEmpty()) {
            edits.addAll(request.without(topLevel::contains));
            edits.addAll(NestedFields.cuts(request.body(), nested));
        }
        if (limit() > 0) {
            edits.addAll(lowered(request, limit()));
        }
        return Edit.apply(request.body(), edits);
    }

    /** The cuts of what is stripped and of what was learned, in one walk: two would cut the same commas. */
    private List<Edit> withoutLearned(ModelRequest request) {
        List<Edit> edits = withoutWhatHolds(request);
        while (lessons.more()) {
            edits = withoutWhatHolds(request);
        }
        return edits;
    }

    private List<Edit> withoutWhatHolds(ModelRequest request) {
        Set<String> top = new LinkedHashSet<>(topLevel);
        List<FieldPath> deep = new ArrayList<>(nested);
        for (FieldPath field : lessons.withBetas(request)) {
            if (field.topLevel()) {
                top.add(field.name());
            } else {
                deep.add(field);
            }
        }
        List<RefusedPath> cut = new ArrayList<>();
        List<Edit> edits = new ArrayList<>(request.without(name -> {
            boolean learned = lessons.isLeftOut(name, request);
            if (learned) {
                cut.add(RefusedPath.top(name));
            }
            return learned || top.contains(name);
        }));
        NestedFields inside = NestedFields.in(request.body(), deep, lessons.nested());
        edits.addAll(inside.edits());
        cut.addAll(inside.found());
        lessons.gone(cut, request);
        return edits;
    }

    /** What was learned and left out of the request, by its keys, in order: to be told to the client. */
    public Set<String> dropped() {
        return Collections.unmodifiableSet(lessons.dropped());
    }

    /** The edits that bring the request's limits down to the largest taken, and its thinking budget below that. */
    private static List<Edit> lowered(ModelRequest request, long maxTokens) {
        List<Edit> edits = new ArrayList<>();
        for (String limit : LIMITS) {
            if (request.number(limit) > maxTokens) {
                edits.addAll(request.withNumber(limit, maxTokens));
            }
        }
        if (!edits.isEmpty()) {
            edits.addAll(ThinkingBudget.below(request, Math.max(MIN_THINKING_BUDGET, maxTokens - 1)));
        }
        return edits;
    }

    /** A request that a translator has made, without what this upstream does not take. */
    public List<Edit.Slice> cutFrom(byte[] body) {
        if (isEmpty()) {
            return List.of(new Edit.Slice(body, 0, body.length));
        }
        return apply(ModelRequest.scan(body), null);
    }

    /**
     * An {@code anthropic-beta} header without the betas refused; to be asked once the request is made.
     *
     * @return {@code header} itself if none is refused, or null if none is left
     */
    public @Nullable String betas(@Nullable String header) {
        boolean untouched = betas.isEmpty() && !lessons.cuts();
        if (header == null || untouched) {
            return header;
        }
        List<String> kept = new ArrayList<>();
        boolean dropped = false;
        for (String value : header.split(",")) {
            String beta = value.strip();
            if (isRefusedBeta(beta)) {
                dropped = true;
            } else if (!beta.isEmpty()) {
                kept.add(beta);
            }
        }
        if (!dropped) {
            return header;
        }
        return kept.isEmpty() ? null : String.join(",", kept);
    }

    private boolean isRefusedBeta(String beta) {
        if (lessons.isLeftOut(beta)) {
            return true;
        }
        for (String pattern : betas) {
            if (Partners.matches(pattern, beta)) {
                return true;
            }
        }
        return false;
    }

    private List<Object> parts() {
        return List.of(fields, betas, maxTokens);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Refusals refusals && parts().equals(refusals.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "Refusals[fields=" + fields + ", betas=" + betas + ", maxTokens=" + maxTokens + "]";
    }
}
