/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.settings.value.SettingsException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the rows of a model table, and says in which line one is wrong. */
final class ModelTableReader {

    private static final String ROUTE = "route";
    private static final String TRAITS = "traits";

    private final String sourceName;
    private final List<String> sectionNames;

    ModelTableReader(String sourceName, List<String> sectionNames) {
        this.sourceName = sourceName;
        this.sectionNames = sectionNames;
    }

    ModelTable read(String yaml) {
        Map<String, List<ModelRow>> sections = new LinkedHashMap<>();
        List<ModelRow> route = new ArrayList<>();
        List<TraitsRow> traits = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple section : map(compose(yaml), "the file")) {
            String name = text(section.getKeyNode(), "a section's name");
            if (!seen.add(name)) {
                throw wrong(section.getKeyNode(), "the section " + name + " stands there twice; keep one");
            }
            if (name.equals(ROUTE)) {
                route.addAll(route(section.getValueNode()));
            } else if (name.equals(TRAITS)) {
                traits.addAll(traits(section.getValueNode()));
            } else if (sectionNames.contains(name)) {
                sections.put(name, rows(section.getValueNode(), name));
            } else {
                throw wrong(section.getKeyNode(), "the section " + name + " is not known; "
                        + SettingsException.didYouMean(name, allNames()) + " (there are " + String.join(", ", allNames()) + ")");
            }
        }
        return new ModelTable(sections, route, traits);
    }

    private List<String> allNames() {
        List<String> names = new ArrayList<>(sectionNames);
        names.add(ROUTE);
        names.add(TRAITS);
        return names;
    }

    private List<ModelRow> route(Node section) {
        if (!section.getTag().equals(Tag.NULL)) {
            for (NodeTuple row : map(section, "the section " + ROUTE)) {
                String backend = text(row.getValueNode(), "a backend's name");
                if (!sectionNames.contains(backend)) {
                    throw wrong(row.getValueNode(), "the backend " + backend + " is not known; "
                            + SettingsException.didYouMean(backend, sectionNames));
                }
            }
        }
        return rows(section, ROUTE);
    }

    private List<TraitsRow> traits(Node section) {
        List<TraitsRow> rows = new ArrayList<>();
        for (NodeTuple row : map(section, "the section " + TRAITS)) {
            String glob = text(row.getKeyNode(), "a row's name");
            Map<String, String> values = new LinkedHashMap<>();
            for (NodeTuple entry : map(row.getValueNode(), "the traits of " + glob)) {
                String key = text(entry.getKeyNode(), "a trait's name");
                if (!TraitsRow.KEYS.contains(key)) {
                    throw wrong(entry.getKeyNode(), "the trait " + key + " is not known; "
                            + SettingsException.didYouMean(key, TraitsRow.KEYS));
                }
                values.put(key, text(entry.getValueNode(), "the trait " + key));
            }
            try {
                rows.add(TraitsRow.of(glob, values));
            } catch (IllegalArgumentException e) {
                throw wrong(row.getKeyNode(), "the row " + glob + ": " + e.getMessage());
            }
        }
        return rows;
    }

    private Node compose(String yaml) {
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(sourceName).build();
            return new Compose(settings).composeString(yaml).orElseThrow(() -> new SettingsException(
                    sourceName + " is empty; give a section a backend: " + String.join(", ", sectionNames)));
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
            throw new SettingsException(sourceName + line + " is not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new SettingsException(sourceName + " is not valid YAML: give plain text in UTF-8");
        }
    }

    private List<ModelRow> rows(Node section, String name) {
        List<ModelRow> rows = new ArrayList<>();
        if (section.getTag().equals(Tag.NULL)) {
            return rows;
        }
        Set<String> globs = new HashSet<>();
        for (NodeTuple row : map(section, "the section " + name)) {
            String glob = text(row.getKeyNode(), "a row's name");
            if (!globs.add(glob)) {
                throw wrong(row.getKeyNode(), "the row " + glob + " stands twice in " + name + "; keep one");
            }
            try {
                rows.add(ModelRow.of(glob, text(row.getValueNode(), "the target of " + glob)));
            } catch (IllegalArgumentException e) {
                throw wrong(row.getKeyNode(), "the row " + glob + ": " + e.getMessage());
            }
        }
        return rows;
    }

    private List<NodeTuple> map(Node node, String what) {
        if (node instanceof MappingNode mapping) {
            return mapping.getValue();
        }
        throw wrong(node, what + " must be a map of name: value");
    }

    private String text(Node node, String what) {
        String text = "";
        if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            text = scalar.getValue();
        }
        if (text.isBlank()) {
            throw wrong(node, what + " must be a text");
        }
        return text;
    }

    private SettingsException wrong(Node node, String what) {
        String line = node.getStartMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
        return new SettingsException(sourceName + line + ": " + what);
    }
}
