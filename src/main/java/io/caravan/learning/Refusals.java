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

/**
 * What one upstream does not take: body fields, values of the {@code anthropic-beta} header, and the largest
 * {@code max_tokens}. Comes from a strip list, or is learned from a refusal. Immutable.
 *
 * @param fields    fields to cut
 * @param betas     beta values to leave out, each a name or a prefix ending in {@code *}
 * @param maxTokens the largest {@code max_tokens} taken, or 0 for no known limit
 */
public record Refusals(Set<FieldPath> fields, Set<String> betas, long maxTokens) {

    public static final Refusals NONE = new Refusals(Set.of(), Set.of(), 0);

    private static final long MIN_THINKING_BUDGET = 1024;
    /** In the Messages format, and what newer OpenAI clients call it. */
    private static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    public Refusals {
        fields = Set.copyOf(fields);
        betas = Set.copyOf(betas);
    }

    public boolean isEmpty() {
        return fields.isEmpty() && betas.isEmpty() && maxTokens == 0;
    }

    /** Both together; of two limits the smaller. */
    public Refusals and(Refusals other) {
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
        long limit = maxTokens == 0 ? other.maxTokens
                : other.maxTokens == 0 ? maxTokens : Math.min(maxTokens, other.maxTokens);
        return new Refusals(allFields, allBetas, limit);
    }

    /** Whether this asks for something that {@code known} does not. */
    public boolean addsTo(Refusals known) {
        return !known.and(this).equals(known);
    }

    /**
     * The request as this upstream takes it, under the name {@code model}: slices that share the body's bytes. With
     * nothing to strip the bytes differ in the model's value alone.
     */
    public List<Edit.Slice> apply(ModelRequest request, String model) {
        List<Edit> edits = request.withModel(model);
        if (!fields.isEmpty()) {
            edits.addAll(request.without(this::isTopLevelField));
            edits.addAll(NestedFields.cuts(request.body(), nestedFields()));
        }
        boolean lowered = false;
        for (String limit : LIMITS) {
            if (maxTokens > 0 && request.number(limit) > maxTokens) {
                edits.addAll(request.withNumber(limit, maxTokens));
                lowered = true;
            }
        }
        if (lowered) {
            edits.addAll(ThinkingBudget.below(request, Math.max(MIN_THINKING_BUDGET, maxTokens - 1)));
        }
        return Edit.apply(request.body(), edits);
    }

    /** A request that a translator has made, without what this upstream does not take. */
    public List<Edit.Slice> cutFrom(byte[] body) {
        return isEmpty() ? List.of(new Edit.Slice(body, 0, body.length)) : apply(ModelRequest.scan(body), null);
    }

    /**
     * An {@code anthropic-beta} header without the betas refused.
     *
     * @return {@code header} itself if none is refused, or null if none is left
     */
    public String betas(String header) {
        if (betas.isEmpty() || header == null) {
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
        return !dropped ? header : kept.isEmpty() ? null : String.join(",", kept);
    }

    private boolean isRefusedBeta(String beta) {
        for (String pattern : betas) {
            if (Partners.matches(pattern, beta)) {
                return true;
            }
        }
        return false;
    }

    private boolean isTopLevelField(String name) {
        for (FieldPath field : fields) {
            if (field.topLevel() && field.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private Collection<FieldPath> nestedFields() {
        List<FieldPath> nested = new ArrayList<>();
        for (FieldPath field : fields) {
            if (!field.topLevel()) {
                nested.add(field);
            }
        }
        return nested;
    }
}
