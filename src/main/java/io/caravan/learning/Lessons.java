/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import io.caravan.format.ModelRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The lessons that hold for one request, and what came of them: which of its fields and betas are left out. One request, one
 * thread.
 */
final class Lessons {

    private static final FieldPath OUTPUT = new FieldPath("", "output_config");

    private final Set<String> betas;
    private final Partners partners;
    private final Set<RefusedPath> top = new LinkedHashSet<>();
    private final List<RefusedPath> nested = new ArrayList<>();
    private final List<String> refusedBetas = new ArrayList<>();
    private final List<Lesson> pending;
    private final Set<FieldPath> fields = new LinkedHashSet<>();
    private final Set<String> betasLeftOut = new LinkedHashSet<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private long maxTokens;

    /** @param betas those the request brings */
    Lessons(Collection<Lesson> lessons, Set<String> betas, Partners partners) {
        this.betas = betas;
        this.partners = partners;
        this.pending = new ArrayList<>(lessons);
        more();
    }

    /** Takes up what holds only now that betas are left out; whether that is anything. */
    boolean more() {
        Set<String> left = new LinkedHashSet<>(betas);
        left.removeAll(betasLeftOut);
        List<Lesson> holding = pending.stream().filter(lesson -> lesson.holdsFor(left)).toList();
        pending.removeAll(holding);
        holding.forEach(this::hold);
        return !holding.isEmpty();
    }

    private void hold(Lesson lesson) {
        if (lesson instanceof Lesson.Field field) {
            hold(field.path());
        } else if (lesson instanceof Lesson.Beta beta) {
            refusedBetas.add(beta.name());
        } else if (lesson instanceof Lesson.Limit limit) {
            maxTokens = Refusals.smaller(maxTokens, limit.maxTokens());
        }
    }

    private void hold(RefusedPath path) {
        if (path.holders().isEmpty()) {
            top.add(path);
        } else {
            nested.add(path);
        }
    }

    boolean cuts() {
        boolean fieldsOnly = refusedBetas.isEmpty();
        return !fieldsOnly || !top.isEmpty() || !nested.isEmpty();
    }

    long maxTokens() {
        return maxTokens;
    }

    /** The refused fields below the top level. */
    List<RefusedPath> nested() {
        return nested;
    }

    /** The fields that go together with the betas that are left out of {@code request}. */
    Set<FieldPath> withBetas(ModelRequest request) {
        for (String beta : refusedBetas) {
            List<FieldPath> there = there(beta, request, partners);
            if (there.stream().allMatch(Lessons::isDispensable)) {
                leaveOut(beta);
                there.forEach(field -> dropped.add(field.toString()));
                fields.addAll(there);
            }
        }
        return fields;
    }

    private void leaveOut(String beta) {
        betasLeftOut.add(beta);
        dropped.add("beta:" + beta);
    }

    /** Whether a top-level member of {@code request} is left out; one that holds what changes the meaning stays. */
    boolean isLeftOut(String name, ModelRequest request) {
        RefusedPath path = RefusedPath.top(name);
        return top.contains(path) && mayGo(path, request);
    }

    static boolean mayGo(RefusedPath path, ModelRequest request) {
        boolean holdsMeaning = path.field().equals(OUTPUT) && request.holds("output_config", "format");
        return path.isDispensable() && !holdsMeaning;
    }

    /**
     * {@code cut} are gone from {@code request}: so are the betas that serve nothing else in it (rule P6).
     */
    void gone(Collection<RefusedPath> cut, ModelRequest request) {
        cut.forEach(path -> dropped.add(path.toString()));
        Set<FieldPath> gone = new LinkedHashSet<>();
        cut.forEach(path -> gone.add(path.field()));
        for (String beta : betas) {
            List<FieldPath> served = partners.fields(beta);
            boolean lost = served.stream().anyMatch(field -> gone.stream().anyMatch(field::isIn));
            if (lost && served.stream().noneMatch(field -> isLeft(field, cut, request))) {
                betasLeftOut.add(beta);
            }
        }
    }

    /** Whether a field still stands somewhere in {@code request}, perhaps in blocks of another kind, once {@code cut} are gone. */
    private static boolean isLeft(FieldPath field, Collection<RefusedPath> cut, ModelRequest request) {
        boolean whole = cut.stream().filter(path -> path.holders().isEmpty()).anyMatch(path -> field.isIn(path.field()));
        if (whole) {
            return false;
        }
        List<RefusedPath> ofIt = cut.stream().filter(path -> path.field().equals(field)).toList();
        int gone = NestedFields.in(request.body(), List.of(), ofIt).edits().size();
        return occurrences(field, request) > gone;
    }

    private static int occurrences(FieldPath field, ModelRequest request) {
        if (field.topLevel()) {
            return request.has(field.name()) ? 1 : 0;
        }
        return NestedFields.cuts(request.body(), List.of(field)).size();
    }

    private static boolean stands(FieldPath field, ModelRequest request) {
        return occurrences(field, request) > 0;
    }

    private static boolean isDispensable(FieldPath field) {
        List<RefusedPath.Holder> holders = new ArrayList<>(1);
        if (!field.topLevel()) {
            holders.add(new RefusedPath.Holder(field.parent(), ""));
        }
        return new RefusedPath(holders, field.name()).isDispensable();
    }

    /** Whether the partners of a beta let it be left out of {@code request}. */
    static boolean mayGo(String beta, ModelRequest request, Partners partners) {
        return there(beta, request, partners).stream().allMatch(Lessons::isDispensable);
    }

    /** The fields of {@code request} that travel with a beta. */
    private static List<FieldPath> there(String beta, ModelRequest request, Partners partners) {
        return partners.fields(beta).stream().filter(field -> stands(field, request)).toList();
    }

    boolean isLeftOut(String beta) {
        return betasLeftOut.contains(beta);
    }

    /** What was left out, by its keys. */
    Set<String> dropped() {
        return dropped;
    }
}
