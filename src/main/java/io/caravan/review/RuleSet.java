/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.review.ToolReview.Asked;
import io.caravan.review.ToolReview.Decision;
import io.caravan.review.ToolReview.Judge;
import io.caravan.review.ToolReview.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a file of rules says. Immutable. */
final class RuleSet {

    /** The field of a tool's input that holds a shell command. */
    record Shell(Glob tool, String field) {}

    static final String DEFAULT = "default";
    static final Judge NOBODY = new Judge(Optional.empty(), Duration.ofSeconds(10), 256, false);
    /** No file yet. */
    static final RuleSet NONE = new RuleSet(List.of(), List.of(), Verdict.UNAVAILABLE, NOBODY);

    private static final Shell BASH = new Shell(Glob.ofText("Bash"), "command");
    private static final List<Verdict> LEAST_FIRST = List.of(Verdict.ALLOW, Verdict.JUDGE, Verdict.UNAVAILABLE, Verdict.DENY);
    private static final Comparator<Decision> BY_STRICTNESS =
            Comparator.comparingInt(decision -> LEAST_FIRST.indexOf(decision.verdict()));

    private final List<Rule> rules;
    private final List<Rule> denials;
    private final List<Shell> shells;
    private final Decision byDefault;
    private final Judge judge;

    RuleSet(List<Rule> rules, List<Shell> shells, Verdict byDefault, Judge judge) {
        this.rules = List.copyOf(rules);
        this.denials = rules.stream().filter(Rule::denies).toList();
        this.shells = List.copyOf(shells);
        this.byDefault = new Decision(byDefault, DEFAULT,
                Optional.of("No rule of the gateway lets this pass.").filter(text -> byDefault == Verdict.DENY));
        this.judge = judge;
    }

    Judge judge() {
        return judge;
    }

    Decision decide(Asked asked) {
        Places places = new Places(asked.folders(), asked.home());
        Optional<String> shell = shell(asked.tool());
        if (shell.isEmpty()) {
            return first(Subject.of(asked, places)).orElse(byDefault);
        }
        JsonNode command = asked.input().path(shell.get());
        ShellScript script = ShellScript.of(command.asText());
        return decide(asked, places, script);
    }

    private Optional<String> shell(String tool) {
        if (BASH.tool().matches(tool)) {
            return Optional.of(BASH.field());
        }
        return shells.stream().filter(shell -> shell.tool().matches(tool)).map(Shell::field).findFirst();
    }

    /**
     * One part that is denied is enough, be there none but the use of the tool itself; to pass, each needs leave, and there must
     * be no more than these parts.
     */
    private Decision decide(Asked asked, Places places, ShellScript script) {
        List<Subject> parts = new ArrayList<>();
        for (ShellPart part : script.parts()) {
            parts.add(Subject.of(asked, places, script, part));
        }
        List<Subject> deniable = parts.isEmpty() ? List.of(Subject.of(asked, places)) : parts;
        for (Rule rule : denials) {
            if (holdsForOne(rule, deniable)) {
                return rule.decision();
            }
        }
        return script.clear() ? strictest(parts) : byDefault;
    }

    /** What the parts need together that are sure to run. */
    private Decision strictest(List<Subject> parts) {
        List<Decision> decisions = new ArrayList<>();
        for (Subject part : parts) {
            if (!part.guess()) {
                decisions.add(first(part).orElse(byDefault));
            }
        }
        return decisions.isEmpty() ? byDefault : Collections.max(decisions, BY_STRICTNESS);
    }

    private Optional<Decision> first(Subject subject) {
        for (Rule rule : rules) {
            if (rule.holds(subject)) {
                return Optional.of(rule.decision());
            }
        }
        return Optional.empty();
    }

    private static boolean holdsForOne(Rule rule, List<Subject> parts) {
        for (Subject part : parts) {
            if (rule.holds(part)) {
                return true;
            }
        }
        return false;
    }
}
