/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML file with secrets in it, read node by node: what is wrong is said with its line and without its text. A
 * {@code ${NAME}} in a value stands for a variable. What is left out and what is null are the same.
 */
public final class YamlFile {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String name;
    private final Function<String, Optional<String>> variables;

    /**
     * @param name      what messages call the file
     * @param variables gives what a variable stands for, if it is set
     */
    public YamlFile(String name, Function<String, Optional<String>> variables) {
        this.name = name;
        this.variables = variables;
    }

    /** The whole file; null where it is empty. */
    public Node read(Path file) {
        try {
            return new Compose(LoadSettings.builder().build()).composeString(Files.readString(file)).orElse(null);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
            throw new SettingsException(name + line + " is not valid YAML: mend it, or remove the file");
        } catch (IOException | YamlEngineException e) {
            throw new SettingsException(name + " cannot be read: make it a readable YAML file, or remove it");
        }
    }

    /** The entries of a map that may have no keys but these; empty where there is none. */
    public Map<String, Node> map(Node node, String what, List<String> keys) {
        Map<String, Node> entries = new LinkedHashMap<>();
        if (isAbsent(node)) {
            return entries;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + " must be a map of name: value");
        }
        for (NodeTuple entry : mapping.getValue()) {
            String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!keys.contains(key)) {
                throw wrong(entry.getKeyNode(), "the key " + shown(key) + " is not known in " + what + "; did you mean "
                        + NearestName.of(key, keys) + "? (there are " + String.join(", ", keys) + ")");
            }
            if (entries.put(key, entry.getValueNode()) != null) {
                throw wrong(entry.getKeyNode(), "the key " + key + " stands twice in " + what + "; keep one");
            }
        }
        return entries;
    }

    /** The items of a list; none where there is none. */
    public List<Node> list(Node node, String what) {
        if (isAbsent(node)) {
            return List.of();
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(node, what + " must be a list");
    }

    /** A value, its variables replaced, trimmed; empty where there is none. */
    public Optional<String> text(Node node, String what) {
        if (isAbsent(node)) {
            return Optional.empty();
        }
        if (node instanceof ScalarNode scalar) {
            return Optional.of(expanded(scalar).strip()).filter(text -> !text.isEmpty());
        }
        throw wrong(node, what + " must be a text");
    }

    /** The one of {@code valid} that a value equals but for letter case. */
    public Optional<String> oneOf(Node node, String what, List<String> valid) {
        return text(node, what).map(text -> valid.stream().filter(text::equalsIgnoreCase).findFirst()
                .orElseThrow(() -> wrong(node, what + " must be one of " + String.join(", ", valid))));
    }

    /** A number from {@code least}, with as many decimals as {@code scale}, to {@code most}. */
    public Optional<BigDecimal> number(Node node, String what, BigDecimal least, int most, int scale) {
        return text(node, what).map(text -> {
            try {
                BigDecimal number = new BigDecimal(text.length() > 20 ? "" : text).stripTrailingZeros();
                if (number.compareTo(least) >= 0 && number.compareTo(BigDecimal.valueOf(most)) <= 0
                        && number.scale() <= scale) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // told below, together with the bounds
            }
            throw wrong(node, what + " must be a " + (scale == 0 ? "whole " : "") + "number from " + least + " to " + most);
        });
    }

    /** The error that names the line of {@code node}. */
    public SettingsException wrong(Node node, String what) {
        String line = node.getStartMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
        return new SettingsException(name + line + ": " + what);
    }

    private static boolean isAbsent(Node node) {
        return node == null || node.getTag().equals(Tag.NULL);
    }

    /** A key without what may be the value, and secret: {@code {token:x}} has the one key {@code token:x}. */
    private static String shown(String key) {
        return key.replaceFirst("(?s)[^A-Za-z0-9_-].*", "…");
    }

    private String expanded(ScalarNode node) {
        String text = node.getValue();
        StringBuilder expanded = new StringBuilder();
        int from = 0;
        for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
            int end = text.indexOf('}', at);
            String variable = end < 0 ? "" : text.substring(at + 2, end);
            if (!NAME.matcher(variable).matches()) {
                throw wrong(node, "${ must be followed by the name of a variable and }");
            }
            expanded.append(text, from, at).append(variables.apply(variable).orElseThrow(() -> wrong(node, "the variable "
                    + variable + " is not set; set it in the environment or in .env")));
            from = end + 1;
        }
        return expanded.append(text, from, text.length()).toString();
    }
}
