/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.review.ToolReview.Asked;
import io.caravan.review.ToolReview.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each condition, the order of the rules, and what holds in doubt. */
class RulesTest {

    private static final Asked READ = Example.asked("Read", Map.of("file_path", "src/A.java", "limit", 20));

    @ParameterizedTest
    @CsvSource(delimiter = '#', value = {
        "{tool: Read} # DENY", "{tool: R*d} # DENY", "{tool: [Write, Read]} # DENY", "{tool: Rea} # JUDGE", "{tool: read} # JUDGE",
        "{tool: Read, when: {input: {limit: '20'}}} # DENY", "{tool: Read, when: {input: {limit: {equals: ['10', '20']}}}} # DENY",
        "{tool: Read, when: {input: {limit: '2'}}} # JUDGE", "{tool: Read, when: {input: {offset: '*'}}} # JUDGE",
        "{tool: Read, when: {input: {file_path: 'src/*'}}} # DENY", "{tool: Read, when: {input: {file_path: {regex: 'src/[A-Z]\\.java'}}}} # DENY",
        "{tool: Read, when: {input: {file_path: {regex: 'src'}}}} # JUDGE", "{tool: Read, when: {path: '*.java'}} # DENY",
        "{tool: Read, when: {path: src}} # DENY", "{tool: Read, when: {path: '/home/dev/shop/src/**'}} # DENY", "{tool: Read, when: {path: '~/shop'}} # DENY",
        "{tool: Read, when: {path: '/home/*/src'}} # JUDGE", "{tool: Read, when: {path: '/home/**/src'}} # DENY", "{tool: Read, when: {path: '~/src'}} # JUDGE",
        "{tool: Read, when: {folder: inside}} # DENY", "{tool: Read, when: {folder: outside}} # JUDGE",
        "{tool: Read, when: {client: c*}} # DENY", "{tool: Read, when: {client: laptop}} # JUDGE", "{tool: Read, when: {team: [a, payments]}} # DENY",
        "{tool: Read, when: {model: '*-sonnet-*'}} # DENY", "{tool: Read, when: {model: '*-opus-*'}} # JUDGE", "{tool: Read, when: {agent: main}} # DENY",
        "{tool: Read, when: {agent: other}} # JUDGE", "{tool: Read, when: {command: '*'}} # JUDGE", "{tool: Read, when: {host: '*'}} # JUDGE",
        "{tool: Read, when: {client: ci, model: '*-opus-*'}} # JUDGE"})
    void aRuleHoldsWhereAllItsConditionsDo(String rule, Verdict verdict) {
        RuleSet rules = rules(rule.replaceFirst("\\{", "{name: a, verdict: deny, "));
        assertEquals(verdict, rules.decide(READ).verdict());
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        RuleSet rules = rules("{name: a, tool: Read, when: {path: src}, verdict: allow}", "{name: b, tool: '*', verdict: deny}");
        assertEquals("a", rules.decide(READ).rule());
        assertEquals("b", rules.decide(Example.asked("Read", Map.of("file_path", "test/A.java"))).rule());
    }

    @Test
    void inAShellCommandADenialAnywhereWins() {
        RuleSet rules = rules("{name: a, tool: Bash, when: {command: '*'}, verdict: allow}",
                "{name: b, tool: Bash, when: {command: 'rm *'}, verdict: deny}");
        assertEquals(Verdict.ALLOW, bash(rules, "make && npm test"));
        assertEquals(Verdict.DENY, bash(rules, "make; rm x"));
        assertEquals(Verdict.DENY, bash(rules, "echo $(rm x"));
        assertEquals(Verdict.JUDGE, bash(rules, "make $x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "# nothing", "ls"})
    void aDenialWithoutConditionsIsOfEveryUseOfItsTool(String command) {
        for (String tool : List.of("Bash", "B*", "'*'")) {
            assertEquals(Verdict.DENY, bash(rules("{name: a, tool: " + tool + ", verdict: deny}"), command));
        }
        assertEquals(Verdict.JUDGE, bash(rules("{name: a, tool: Read, verdict: deny}"), command));
        assertEquals(Verdict.DENY, rules("{name: a, tool: Bash, when: {model: '*'}, verdict: deny}")
                .decide(Example.asked("Bash", Map.of())).verdict());
    }

    @Test
    void aRuleForAllToolsLetsNoCommandPass() {
        RuleSet rules = rules("{name: a, tool: '*', verdict: allow}");
        assertEquals(Verdict.ALLOW, rules.decide(READ).verdict());
        assertEquals(Verdict.JUDGE, bash(rules, "ls"));
    }

    @Test
    void whatACommandWritesNeedsLeaveToBeWritten() {
        RuleSet rules = rules("{name: a, tool: Bash, when: {command: '*'}, verdict: allow}", "{name: b, tool: Write, when: {path: out}, verdict: allow}",
                "{name: c, tool: Edit, verdict: deny}");
        assertEquals(Verdict.ALLOW, bash(rules, "ls > out/x"));
        assertEquals(Verdict.JUDGE, bash(rules, "ls > x"));
        assertEquals(Verdict.JUDGE, bash(rules, "cat < out/x"));
    }

    @Test
    void theStrictestOfItsPartsIsTheCommands() {
        RuleSet rules = new RuleFileReader("x").read("default: unavailable\nrules: [{name: a, tool: Bash, when: {command: ls}, verdict: allow},"
                + " {name: b, tool: Bash, when: {command: make}, verdict: judge}]");
        assertEquals(Verdict.ALLOW, bash(rules, "ls; ls"));
        assertEquals(Verdict.JUDGE, bash(rules, "ls; make; ls"));
        assertEquals(Verdict.UNAVAILABLE, bash(rules, "ls; make; x"));
    }

    @Test
    void anotherToolMayRunAShellToo() {
        RuleSet rules = rules("{name: a, tool: 'mcp__ssh__*', shell: line, when: {command: 'uptime *'}, verdict: allow}");
        assertEquals(Verdict.ALLOW, rules.decide(Example.asked("mcp__ssh__run", Map.of("line", "uptime"))).verdict());
        assertEquals(Verdict.JUDGE, rules.decide(Example.asked("mcp__ssh__run", Map.of("line", "uptime; reboot"))).verdict());
    }

    @Test
    void whereNoFolderIsKnownNothingIsKnownToBeInside() {
        Asked nowhere = new Asked("Read", READ.input(), List.of(), Optional.empty(), Optional.empty(), Optional.empty(), "m", Optional.empty());
        assertEquals(Verdict.JUDGE, rules("{name: a, tool: Read, when: {folder: inside}, verdict: allow}").decide(nowhere).verdict());
        assertEquals(Verdict.JUDGE, rules("{name: a, tool: Read, when: {folder: outside}, verdict: allow}").decide(nowhere).verdict());
        assertEquals(Verdict.DENY, rules("{name: a, tool: Read, when: {folder: outside}, verdict: deny}").decide(nowhere).verdict());
        assertEquals(Verdict.JUDGE, rules("{name: a, tool: Read, when: {client: '*'}, verdict: deny}").decide(nowhere).verdict());
    }

    @Test
    void whereNoHomeIsKnownAnyFolderMayBeIt() {
        RuleSet rules = rules("{name: a, tool: Read, when: {path: '~/.ssh/**'}, verdict: deny}");
        Asked somewhere = new Asked("Read", Example.json("{\"file_path\":\"/Users/x/.ssh/config\"}"), List.of("/w"), Optional.empty(), Optional.empty(),
                Optional.empty(), "m", Optional.empty());
        assertEquals(Verdict.DENY, rules.decide(somewhere).verdict());
    }

    @Test
    void whatIsToBeDecidedStaysOutOfWords() {
        assertEquals("Asked[tool=Read, model=claude-sonnet-5]", READ.toString());
    }

    private static Verdict bash(RuleSet rules, String command) {
        return rules.decide(Example.asked("Bash", Map.of("command", command))).verdict();
    }

    private static RuleSet rules(String... rules) {
        return new RuleFileReader("x").read("default: judge\nrules: [" + String.join(", ", rules) + "]");
    }
}
