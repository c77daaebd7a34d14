/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import io.caravan.format.ModelRequest;
import io.caravan.format.json.Edit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one upstream does not take: body fields, values of the {@code anthropic-beta} header, and the largest
 * {@code max_tokens}. Comes from a strip list, or is learned from a refusal; {@link Learned} hands it out. Immutable.
 */
public final class Refusals {

    /** An upstream that takes everything. */
    public static final Refusals NONE = new Refusals(Set.of(), Set.of(), 0);

    private static final long MIN_THINKING_BUDGET = 1024;
    /** In the Messages format, and what newer OpenAI clients call it. */
    private static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    private final Set<FieldPath> fields;
    private final Set<String> betas;
    private final long maxTokens;
    private final Set<String> topLevel = new LinkedHashSet<>();
    private final List<FieldPath> nested = new ArrayList<>();

    /**
     * @param fields    fields to cut
     * @param betas     beta values to leave out, each a name or a prefix ending in {@code *}
     * @param maxTokens the largest {@code max_tokens} taken, or 0 for no known limit
     */
    Refusals(Collection<FieldPath> fields, Collection<String> betas, long maxTokens) {
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

    boolean isEmpty() {
        return fields.isEmpty() && betas.isEmpty() && maxTokens == 0;
    }

    /** Both together; of two limits the smaller. */
    Refusals and(Refusals other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        Set<FieldPath> allFields = new LinkedHashSet<>(fields);
        allFields.addAll(other.fields);
        Set<String> allBetas = new LinkedHashSet<>(betas);
        allBetas.addAll(other.betas);
        return new Refusals(allFields, allBetas, smaller(maxTokens, other.maxTokens));
    }

    private static long smaller(long limit, long other) {
        if (limit == 0) {
            return other;
        }
        if (other == 0) {
            return limit;
        }
        return Math.min(limit, other);
    }

    /** Whether this asks for something that {@code known} does not. */
    boolean addsTo(Refusals known) {
        return !known.and(this).equals(known);
    }

    /**
     * The request as this upstream takes it, under the name {@code model}: slices that share the body's bytes. With
     * nothing to strip the bytes differ in the model's value alone.
     *
     * @param model null: the name stays
     */
    public List<Edit.Slice> apply(ModelRequest request, @Nullable String model) {
        List<Edit> edits = request.withModel(model);
        if (!fields.isEmpty()) {
            edits.addAll(request.without(topLevel::contains));
            edits.addAll(NestedFields.cuts(request.body(), nested));
        }
        if (maxTokens > 0) {
            edits.addAll(lowered(request));
        }
        return Edit.apply(request.body(), edits);
    }

    /** The edits that bring the request's limits down to the largest taken, and its thinking budget below that. */
    private List<Edit> lowered(ModelRequest request) {
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
     * An {@code anthropic-beta} header without the betas refused.
     *
     * @return {@code header} itself if none is refused, or null if none is left
     */
    public @Nullable String betas(@Nullable String header) {
        if (header == null || betas.isEmpty()) {
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
