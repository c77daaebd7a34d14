/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.caravan.review.Condition.Mode;
import io.caravan.review.Condition.Text;
import io.caravan.review.ToolReview.Asked;
import io.caravan.review.ToolReview.Decision;
import io.caravan.review.ToolReview.Judge;
import io.caravan.review.ToolReview.Verdict;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a file of rules, and says in which line something is wrong. */
final class RuleFileReader {

    private static final List<String> VERDICTS = List.of("allow", "deny", "judge");
    private static final List<String> DEFAULTS = List.of("deny", "judge", "unavailable");
    private static final List<String> RULE_KEYS = List.of("name", "tool", "shell", "when", "verdict", "text");
    private static final List<String> WHEN_KEYS = List.of("input", "path", "folder", "command", "with", "without", "host",
            "client", "team", "model", "agent");
    private static final List<String> TEXT_KEYS = List.of("equals", "glob", "regex");
    private static final java.util.regex.Pattern DURATION = java.util.regex.Pattern.compile("(\\d{1,6})(ms|s|m)?");
    private static final int MOST_TOKENS = 100_000;

    private final YamlFile yaml;
    private final Set<String> names = new HashSet<>(Set.of(RuleSet.DEFAULT));
    private final List<RuleSet.Shell> shells = new ArrayList<>();

    RuleFileReader(String sourceName) {
        yaml = new YamlFile(sourceName);
    }

    RuleSet read(String text) {
        Map<String, Node> top = yaml.map(yaml.read(text), "the file", List.of("rules", "default", "judge"));
        List<Rule> rules = new ArrayList<>();
        for (Node rule : yaml.list(top.get("rules"), "rules")) {
            rules.add(rule(rule));
        }
        return new RuleSet(rules, shells, byDefault(top.get("default")), judge(top.get("judge")));
    }

    private Verdict byDefault(@Nullable Node node) {
        if (yaml.text(node, "default").filter("allow"::equalsIgnoreCase).isPresent()) {
            throw yaml.wrong(node, "default must not be allow: what no rule names would pass unseen; give deny, judge or"
                    + " unavailable, and a rule for what may pass");
        }
        return yaml.oneOf(node, "default", DEFAULTS).map(RuleFileReader::verdict).orElse(Verdict.UNAVAILABLE);
    }

    private static Verdict verdict(String word) {
        return Verdict.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private Judge judge(@Nullable Node node) {
        Map<String, Node> judge = yaml.map(node, "judge", List.of("model", "timeout", "max_tokens", "context"));
        Judge usual = RuleSet.NOBODY;
        return new Judge(yaml.text(judge.get("model"), "model"),
                yaml.text(judge.get("timeout"), "timeout").map(text -> duration(judge.get("timeout"), text))
                        .orElse(usual.timeout()),
                yaml.number(judge.get("max_tokens"), "max_tokens", BigDecimal.ONE, MOST_TOKENS, 0)
                        .map(BigDecimal::intValueExact).orElse(usual.maxTokens()),
                yaml.oneOf(judge.get("context"), "context", List.of("true", "false")).map(Boolean::valueOf)
                        .orElse(usual.context()));
    }

    private Duration duration(@Nullable Node node, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw yaml.wrong(node, "timeout must be a time such as 10s or 800ms");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = Optional.ofNullable(matcher.group(2)).orElse("s");
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }

    private Rule rule(Node node) {
        Map<String, Node> rule = yaml.map(node, "a rule", RULE_KEYS);
        String name = yaml.text(rule.get("name"), "name").orElseThrow(() -> yaml.wrong(node, "a rule has no name; give it one"));
        if (!names.add(name)) {
            throw yaml.wrong(rule.get("name"), "the name " + name + " is taken; choose another");
        }
        Verdict verdict = yaml.oneOf(rule.get("verdict"), "verdict", VERDICTS).map(RuleFileReader::verdict)
                .orElseThrow(() -> yaml.wrong(node, "the rule " + name + " has no verdict; give it allow, deny or judge"));
        List<Glob> tools = texts(rule.get("tool"), "tool").stream().map(Glob::ofText).toList();
        if (tools.isEmpty()) {
            throw yaml.wrong(node, "the rule " + name + " has no tool; give it one, such as Bash, mcp__* or '*'");
        }
        yaml.text(rule.get("shell"), "shell")
                .ifPresent(field -> tools.forEach(tool -> shells.add(new RuleSet.Shell(tool, field))));
        Map<String, Node> when = when(rule);
        boolean commands = when.containsKey("command");
        requireCommands(node, name, verdict, tools, commands);
        return new Rule(tools, conditions(when, verdict), commands, new Decision(verdict, name, text(rule, name, verdict)));
    }

    /** What is left empty would hold for everything, and was not meant to. */
    private Map<String, Node> when(Map<String, Node> rule) {
        Map<String, Node> when = yaml.map(rule.get("when"), "when", WHEN_KEYS);
        if (when.isEmpty() && rule.containsKey("when")) {
            throw yaml.wrong(rule.get("when"), "when is empty; say what has to be so, or leave it out");
        }
        when.forEach((key, node) -> {
            if (node.getTag().equals(Tag.NULL)) {
                throw yaml.wrong(node, key + " is empty; say what it has to be, or leave it out");
            }
        });
        return when;
    }

    private void requireCommands(Node node, String name, Verdict verdict, List<Glob> tools, boolean commands) {
        boolean everyCommand = verdict == Verdict.ALLOW && !commands;
        if (everyCommand && tools.stream().anyMatch(tool -> tool.pattern().equals("Bash"))) {
            throw yaml.wrong(node, "the rule " + name + " would allow every shell command; say in when which command it"
                    + " allows ('*' for all)");
        }
    }

    private Optional<String> text(Map<String, Node> rule, String name, Verdict verdict) {
        Optional<String> text = yaml.text(rule.get("text"), "text");
        if (verdict == Verdict.DENY) {
            return text.or(() -> Optional.of("The gateway's rule " + name + " denies this."));
        }
        if (text.isPresent()) {
            throw yaml.wrong(rule.get("text"), "only a rule that denies has a text");
        }
        return text;
    }

    private List<Condition> conditions(Map<String, Node> when, Verdict verdict) {
        List<Condition> conditions = new ArrayList<>();
        who(when, "client", Asked::client).ifPresent(conditions::add);
        who(when, "team", Asked::team).ifPresent(conditions::add);
        who(when, "model", asked -> Optional.of(asked.model())).ifPresent(conditions::add);
        who(when, "agent", Asked::agent).ifPresent(conditions::add);
        yaml.map(when.get("input"), "input").forEach((field, node) ->
                conditions.add(Condition.field(field, text(node, field))));
        given(when, "command").ifPresent(node -> conditions.add(command(node, verdict)));
        given(when, "with").ifPresent(node -> conditions.add(Condition.word(words(node, "with"), true)));
        given(when, "without").ifPresent(node -> conditions.add(Condition.word(words(node, "without"), false)));
        given(when, "folder").flatMap(node -> yaml.oneOf(node, "folder", List.of("inside", "outside")))
                .ifPresent(side -> conditions.add(Condition.folder(Places.Side.valueOf(side.toUpperCase(Locale.ROOT)))));
        given(when, "path").ifPresent(node ->
                conditions.add(Condition.path(given(node, "path").stream().map(PathGlob::of).toList())));
        given(when, "host").ifPresent(node ->
                conditions.add(Condition.host(given(node, "host").stream().map(Glob::ofText).toList())));
        return conditions;
    }

    private static Optional<Node> given(Map<String, Node> when, String key) {
        return Optional.ofNullable(when.get(key));
    }

    private Optional<Condition> who(Map<String, Node> when, String key, Function<Asked, Optional<String>> who) {
        return given(when, key).map(node -> Condition.who(who, given(node, key).stream().map(Glob::ofText).toList()));
    }

    private List<WordGlob> words(Node node, String key) {
        return given(node, key).stream().map(WordGlob::of).toList();
    }

    private Condition command(Node node, Verdict verdict) {
        if (isMap(node)) {
            return Condition.command(List.of(), text(node, "command"));
        }
        List<CommandGlob> globs = given(node, "command").stream().map(CommandGlob::of).toList();
        if (verdict == Verdict.ALLOW && globs.stream().anyMatch(CommandGlob::pipe)) {
            throw yaml.wrong(node, "a pipe is allowed by allowing each of its commands; give each a glob of its own");
        }
        return Condition.command(globs, null);
    }

    private static boolean isMap(Node node) {
        return node instanceof MappingNode;
    }

    /** A text, or a list of some, is a glob; a map says what else it is. */
    private Text text(Node node, String what) {
        if (!isMap(node)) {
            return glob(given(node, what));
        }
        Map<String, Node> map = yaml.map(node, what, TEXT_KEYS);
        if (map.size() != 1) {
            throw yaml.wrong(node, what + " must have one of " + String.join(", ", TEXT_KEYS));
        }
        String key = map.keySet().iterator().next();
        Node value = map.values().iterator().next();
        List<String> texts = given(value, key);
        return switch (key) {
            case "equals" -> (text, mode) -> texts.stream().anyMatch(one -> equal(one, text, mode));
            case "glob" -> glob(texts);
            default -> regex(value, texts);
        };
    }

    private static boolean equal(String wanted, String text, Mode mode) {
        return wanted.equals(text) || mode == Mode.STOP && Glob.fold(wanted).equals(Glob.fold(text));
    }

    private static Text glob(List<String> patterns) {
        List<Glob> globs = patterns.stream().map(Glob::ofText).toList();
        return (text, mode) -> globs.stream().anyMatch(glob -> matches(glob, text, mode));
    }

    private static boolean matches(Glob glob, String text, Mode mode) {
        return switch (mode) {
            case ALLOW -> glob.matches(text);
            case STOP -> glob.resembles(Glob.fold(text));
        };
    }

    /** One that takes time in proportion to the text, whatever that is. */
    private Text regex(Node node, List<String> expressions) {
        try {
            List<Pattern> exact = expressions.stream().map(one -> Pattern.compile(one, Pattern.DOTALL)).toList();
            List<Pattern> loose = expressions.stream().map(one -> Pattern.compile(one, Pattern.DOTALL | Pattern.CASE_INSENSITIVE)).toList();
            return (text, mode) -> switch (mode) {
                case ALLOW -> exact.stream().anyMatch(pattern -> pattern.matches(text));
                case STOP -> Stream.of(text, Glob.fold(text))
                        .anyMatch(one -> loose.stream().anyMatch(pattern -> pattern.matches(one)));
            };
        } catch (PatternSyntaxException e) {
            throw yaml.wrong(node, "the regex cannot be read: " + e.getDescription() + " (RE2 syntax)");
        }
    }

    /** At least one text. */
    private List<String> given(Node node, String what) {
        List<String> texts = texts(node, what);
        if (texts.isEmpty()) {
            throw yaml.wrong(node, what + " must be a text or a list of texts");
        }
        return texts;
    }

    private List<String> texts(@Nullable Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(item -> item(item, what)).toList();
        }
        return Stream.of(yaml.text(node, what)).flatMap(Optional::stream).toList();
    }

    private String item(Node item, String what) throws SettingsException {
        return yaml.text(item, what).orElseThrow(() -> yaml.wrong(item, what + " must be a text or a list of texts"));
    }
}
