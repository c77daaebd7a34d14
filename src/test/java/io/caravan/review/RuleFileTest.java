/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.review.ToolReview.Judge;
import io.caravan.review.ToolReview.Verdict;
import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file: what is wrong is named with its line, an edit is taken up, a broken one keeps the last good rules. */
class RuleFileTest {

    private static final String DENY_ALL = "rules: [{name: a, tool: '*', verdict: deny, text: No.}]";

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong();

    @Test
    void withoutAFileThereAreNoRules() throws IOException {
        ToolReview review = review();
        assertFalse(review.exists());
        assertEquals(Verdict.UNAVAILABLE, verdict(review));

        write(DENY_ALL);
        assertFalse(review.exists());
        aSecondLater();
        assertTrue(review.exists());
        assertEquals(Verdict.DENY, verdict(review));
    }

    @Test
    void aBrokenOrLostFileKeepsTheLastGoodRules() throws IOException {
        write(DENY_ALL);
        ToolReview review = review();
        write("rules: [{name: a, tool: '*', verdict: maybe}]  ");
        aSecondLater();
        assertEquals(Verdict.DENY, verdict(review));

        Files.delete(file());
        aSecondLater();
        assertTrue(review.exists());
        assertEquals(Verdict.DENY, verdict(review));

        write("default: judge");
        aSecondLater();
        assertEquals(Verdict.JUDGE, verdict(review));
    }

    @Test
    void aBrokenFileAtTheStartStopsTheStart() throws IOException {
        write("rules:\n- name: a\n  tool: Bash\n  verdict: maybe\n");
        assertEquals(file() + " line 4: verdict must be one of allow, deny, judge",
                assertThrows(SettingsException.class, this::review).getMessage());
    }

    @Test
    void anEmptyFileHasNoRulesButTheDefault() throws IOException {
        write("");
        assertTrue(review().exists());
        assertEquals(Verdict.UNAVAILABLE, verdict(review()));
    }

    @Test
    void theJudgeIsRead() throws IOException {
        write("judge: {model: claude-haiku-4-5, timeout: 800ms, max_tokens: 64, context: true}");
        assertEquals(new Judge(Optional.of("claude-haiku-4-5"), Duration.ofMillis(800), 64, true), review().judge());
        write("judge:");
        assertEquals(new Judge(Optional.empty(), Duration.ofSeconds(10), 256, false), review().judge());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '|', value = {
        "default: allow # line 1: default must not be allow",
        "default: Allow # line 1: default must not be allow",
        "default: maybe # line 1: default must be one of deny, judge, unavailable",
        "ruels: [] # line 1: the key ruels is not known in the file; did you mean rules?",
        "rules: x # line 1: rules must be a list",
        "rules: [{tool: x, verdict: deny}] # line 1: a rule has no name",
        "rules: [{name: a, verdict: deny}] # line 1: the rule a has no tool",
        "rules: [{name: a, tool: x}] # line 1: the rule a has no verdict",
        "rules: [{name: a, tool: x, verdict: allow, text: x}] # line 1: only a rule that denies has a text",
        "rules: [{name: default, tool: x, verdict: deny}] # line 1: the name default is taken",
        "rules: [{name: a, tool: x, verdict: deny}, {name: a, tool: y, verdict: deny}] # line 1: the name a is taken",
        "rules: [{name: a, tool: x, verdict: deny, wen: {}}] # line 1: the key wen is not known in a rule",
        "rules: [{name: a, tool: x, verdict: deny, when: {comand: x}}] # did you mean command?",
        "rules: [{name: a, tool: x, verdict: deny, when: {path: []}}] # path must be a text or a list of texts",
        "rules: [{name: a, tool: x, verdict: deny, when: {path: {a: b}}}] # path must be a text",
        "rules: [{name: a, tool: x, verdict: deny, when: {folder: within}}] # folder must be one of inside, outside",
        "rules: [{name: a, tool: x, verdict: deny, when: {folder: }}] # folder is empty",
        "rules: [{name: a, tool: x, verdict: allow, when: }] # when is empty",
        "rules: [{name: a, tool: x, verdict: deny, when: {input: {f: {regex: '('}}}}] # the regex cannot be read",
        "rules: [{name: a, tool: x, verdict: deny, when: {input: {f: {regexp: x}}}}] # did you mean regex?",
        "rules: [{name: a, tool: x, verdict: deny, when: {input: {f: {}}}}] # f must have one of equals, glob, regex",
        "rules: [{name: a, tool: Bash, verdict: allow}] # would allow every shell command",
        "rules: [{name: a, tool: Bash, verdict: allow, when: {command: 'a | b'}}] # a pipe is allowed by allowing each",
        "judge: {timeout: soon} # timeout must be a time such as 10s",
        "judge: {max_tokens: 0} # max_tokens must be a whole number from 1 to 100000",
        "rules: [ # line 1 is not valid YAML"})
    void whatIsWrongIsSaidWithItsLine(String yaml, String message) {
        String said = assertThrows(SettingsException.class, () -> new RuleFileReader("rules.yaml").read(yaml)).getMessage();
        assertTrue(said.startsWith("rules.yaml line 1") && said.contains(message), said);
    }

    private ToolReview review() {
        return ToolReview.of(file(), clock::get);
    }

    private static Verdict verdict(ToolReview review) {
        return review.decide(Example.asked("Read", Map.of("file_path", "x"))).verdict();
    }

    private void aSecondLater() {
        clock.addAndGet(1_000_000_000L);
    }

    private Path file() {
        return directory.resolve("tool-review.yaml");
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text);
    }
}
