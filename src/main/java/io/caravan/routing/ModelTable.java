/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.format.ModelTraits;
import io.caravan.provider.Backends;
import io.caravan.routing.ModelRouting.Match;
import io.caravan.settings.value.SettingsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which model an upstream is sent for the model a client asks for; immutable.
 *
 * <p>The file is one YAML map with a section a backend, each a map of rows {@code name: target}, read top to bottom;
 * the first that matches wins. A name may hold {@code *} (any text), {@code {family}} (lower-case letters),
 * {@code {major}} and {@code {minor}} (one or two digits), {@code {date}} (eight digits) and {@code {rest}} (any text
 * that is not empty); a target may hold what its name captures, and {@code {model}}, the name that matched. Two more
 * sections: {@code route} sends a client's model to another backend, {@code traits} says what a model takes.
 */
final class ModelTable {

    private static final String PREFIX = "anthropic/";
    private static final int LONGEST_NAME = 256;
    /** Two of them would lead out of the path in which an upstream has its models. */
    private static final Set<String> NO_NAMES = Set.of("", ".", "..");

    private final Map<String, List<ModelRow>> sections;
    private final List<ModelRow> route;
    private final List<TraitsRow> traits;

    ModelTable(Map<String, List<ModelRow>> sections, List<ModelRow> route, List<TraitsRow> traits) {
        this.sections = sections;
        this.route = route;
        this.traits = traits;
    }

    /**
     * Reads a table.
     *
     * @param sourceName what to call the text in messages, such as its file name
     * @param backends   the ids of all backends: the sections it may have
     * @throws SettingsException naming the line, if the text is not a table
     */
    static ModelTable parse(String yaml, String sourceName, Collection<String> backends) {
        return new ModelTableReader(sourceName, List.copyOf(backends)).read(yaml);
    }

    /** This table, with the traits of {@code other} where it has none itself. */
    ModelTable withTraitsOf(ModelTable other) {
        if (traits.isEmpty()) {
            return new ModelTable(sections, route, other.traits);
        }
        return this;
    }

    /**
     * This table, and behind its rows those that stand with the backends: a backend's where it has none itself.
     *
     * @throws SettingsException if one of them is no row
     */
    ModelTable with(Map<String, Backends.Rows> models, Backends.Rows routes) {
        Map<String, List<ModelRow>> all = new LinkedHashMap<>(sections);
        models.forEach((backend, rows) -> all.computeIfAbsent(backend, absent -> rows(rows, "the models of " + backend)));
        List<ModelRow> ways = new ArrayList<>(route);
        ways.addAll(rows(routes, "routes"));
        return new ModelTable(all, ways, traits);
    }

    private static List<ModelRow> rows(Backends.Rows rows, String what) {
        List<ModelRow> read = new ArrayList<>();
        rows.rows().forEach((glob, target) -> {
            try {
                read.add(ModelRow.of(glob, target));
            } catch (IllegalArgumentException e) {
                throw new SettingsException(rows.source() + ": the row " + glob + " of " + what + ": " + e.getMessage());
            }
        });
        return read;
    }

    /** The id of the backend that a row of {@code route} sends the client's model to (ledger 2.6). */
    Optional<String> backendOf(String clientModel) {
        return Optional.of(clientModel).filter(ModelTable::isName).flatMap(name -> byName(route, name)).map(Match::model);
    }

    /** What is known of a model, by the name an upstream has for it; dots in it count as dashes. */
    ModelTraits traits(String upstreamModel) {
        String name = upstreamModel.replace('.', '-');
        return traits.stream().filter(row -> row.matches(name)).findFirst().map(TraitsRow::traits)
                .orElse(TraitsRow.UNKNOWN);
    }

    /** The names a client may ask a backend for, as far as its rows spell them out, in their order. */
    List<String> names(String backendId) {
        return sections.getOrDefault(backendId, List.of()).stream().flatMap(row -> row.names().stream()).distinct().toList();
    }

    /** The targets of a backend's rows that stand for one name alone, in their order. */
    Set<String> named(String backendId) {
        Set<String> named = new LinkedHashSet<>();
        sections.getOrDefault(backendId, List.of()).stream().filter(ModelRow::isName)
                .forEach(row -> row.fixedTarget().ifPresent(named::add));
        return named;
    }

    /** The fixed targets of a backend's rows, each with one name that leads there. */
    Map<String, String> targets(String backendId) {
        Map<String, String> targets = new LinkedHashMap<>();
        for (ModelRow row : sections.getOrDefault(backendId, List.of())) {
            row.fixedTarget().ifPresent(target -> targets.putIfAbsent(target, row.glob()));
        }
        return targets;
    }

    /**
     * What the backend is sent for {@code clientModel}: the name is matched as sent, then without an
     * {@code anthropic/} prefix, and only then with the row {@code *}. Empty if no row matches, and for a name that is
     * empty, {@code .} or {@code ..}, longer than 256 characters or holds a control character.
     */
    Optional<Match> resolve(String backendId, String clientModel) {
        List<ModelRow> rows = sections.getOrDefault(backendId, List.of());
        if (!isName(clientModel)) {
            return Optional.empty();
        }
        return byName(rows, clientModel)
                .or(() -> withoutPrefix(clientModel).flatMap(name -> byName(rows, name)))
                .or(() -> byCatchAll(rows, clientModel))
                .filter(match -> isName(match.model()));
    }

    /** As {@link #resolve}, but for the row {@code *}: for a name the client addressed to this backend itself. */
    Optional<Match> resolveNamed(String backendId, String model) {
        return byName(sections.getOrDefault(backendId, List.of()), model);
    }

    private static Optional<Match> byName(List<ModelRow> rows, String model) {
        return rows.stream().takeWhile(row -> !row.catchAll())
                .map(row -> row.resolve(model))
                .flatMap(Optional::stream)
                .findFirst()
                .map(target -> new Match(target, false));
    }

    private static Optional<String> withoutPrefix(String model) {
        if (!model.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return Optional.of(model.substring(PREFIX.length())).filter(name -> !name.isEmpty());
    }

    private static Optional<Match> byCatchAll(List<ModelRow> rows, String model) {
        return rows.stream().filter(ModelRow::catchAll).findFirst()
                .flatMap(row -> row.resolve(model).map(target -> new Match(target, !row.keepsName())));
    }

    /** Whether a model may be called so. */
    static boolean isName(String model) {
        if (NO_NAMES.contains(model)) {
            return false;
        }
        return model.length() <= LONGEST_NAME && model.chars().noneMatch(Character::isISOControl);
    }
}
