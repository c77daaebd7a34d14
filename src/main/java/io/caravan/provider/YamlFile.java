/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
final class YamlFile {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*)})?");
    /** It may be JSON with comments, which is no YAML. */
    private static final Pattern CLAUDE_CODE_ROUTER =
            Pattern.compile("(?m)(^|[{,\\s])[\"']?(Providers|Router)[\"']?\\s*:\\s*[\\[{]");
    private static final int LONGEST_NUMBER = 20;

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

    /** Refuses the configuration of another program, and says where to read on. */
    static void refuseOthers(Path file) {
        try {
            if (CLAUDE_CODE_ROUTER.matcher(Files.readString(file)).find()) {
                throw new SettingsException(file + " is a configuration of Claude Code Router, which is not read here:"
                        + " docs/moving.md says which setting here is which of its");
            }
        } catch (IOException e) {
            // told by whoever reads it
        }
    }

    /** The whole file; null where it is empty. */
    public @Nullable Node read(Path file) {
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
    public Map<String, Node> map(@Nullable Node node, String what, List<String> keys) {
        return given(node).map(map -> entries(map, what, keys)).orElse(Map.of());
    }

    private Map<String, Node> entries(Node node, String what, List<String> keys) {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + " must be a map of name: value");
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            String key = key(entry);
            if (!keys.contains(key)) {
                throw wrong(entry.getKeyNode(), "the key " + shown(key) + " is not known in " + what + "; "
                        + SettingsException.didYouMean(key, keys) + " (there are " + String.join(", ", keys) + ")");
            }
            if (entries.put(key, entry.getValueNode()) != null) {
                throw wrong(entry.getKeyNode(), "the key " + key + " stands twice in " + what + "; keep one");
            }
        }
        return entries;
    }

    /** The items of a list; none where there is none. */
    public List<Node> list(@Nullable Node node, String what) {
        return given(node).map(list -> items(list, what)).orElse(List.of());
    }

    private List<Node> items(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(node, what + " must be a list");
    }

    /** A value, its variables replaced, trimmed; empty where there is none. */
    public Optional<String> text(@Nullable Node node, String what) {
        return given(node).map(value -> expanded(value, what).strip()).filter(text -> !text.isEmpty());
    }

    /** The one of {@code valid} that a value equals but for letter case. */
    public Optional<String> oneOf(@Nullable Node node, String what, List<String> valid) {
        return text(node, what).map(text -> valid.stream().filter(text::equalsIgnoreCase).findFirst()
                .orElseThrow(() -> wrong(node, what + " must be one of " + String.join(", ", valid))));
    }

    /** A number from {@code least}, with no more decimals than {@code scale}, to {@code most}. */
    public Optional<BigDecimal> number(@Nullable Node node, String what, BigDecimal least, int most, int scale) {
        return text(node, what).map(text -> number(text).filter(number -> number.compareTo(least) >= 0)
                .filter(number -> number.compareTo(BigDecimal.valueOf(most)) <= 0)
                .filter(number -> number.scale() <= scale)
                .orElseThrow(() -> wrong(node, what + " must be a " + (scale == 0 ? "whole " : "") + "number from " + least
                        + " to " + most)));
    }

    private static Optional<BigDecimal> number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(text).stripTrailingZeros());
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    /** The error that names the line of {@code node}, if it has one. */
    public SettingsException wrong(@Nullable Node node, String what) {
        String line = Optional.ofNullable(node).flatMap(Node::getStartMark).map(mark -> " line " + (mark.getLine() + 1))
                .orElse("");
        return new SettingsException(name + line + ": " + what);
    }

    /** What is left out and what is null are the same. */
    private static Optional<Node> given(@Nullable Node node) {
        return Optional.ofNullable(node).filter(present -> !present.getTag().equals(Tag.NULL));
    }

    private static String key(NodeTuple entry) {
        if (entry.getKeyNode() instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        return "";
    }

    /** A key without what may be the value, and secret: {@code {token:x}} has the one key {@code token:x}. */
    private static String shown(String key) {
        return key.replaceFirst("(?s)[^A-Za-z0-9_-].*", "…");
    }

    private String expanded(Node node, String what) {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(node, what + " must be a text");
        }
        return VARIABLE.matcher(scalar.getValue()).replaceAll(found -> Matcher.quoteReplacement(value(node, found.group(1))));
    }

    private String value(Node node, @Nullable String variable) {
        if (variable == null) {
            throw wrong(node, "${ must be followed by the name of a variable and }");
        }
        return variables.apply(variable).orElseThrow(() -> wrong(node, "the variable " + variable
                + " is not set; set it in the environment or in .env"));
    }
}
