/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.caravan.review.ToolReview.Verdict;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random commands: one that is denied is found wherever it stands, one without leave is never let pass. */
class ShellPropertiesTest {

    private static final String DENIED = "rm -rf /etc";
    private static final String WITHOUT_LEAVE = "frobnicate";

    @Provide
    Arbitrary<String> allowed() {
        return Arbitraries.of("ls", "ls -la src", "cat README.md", "pwd", "echo 'a; b'", "git status", "grep -n x y", "cat < x", "true");
    }

    /** What surrounds a command so that it still runs: {@code %} stands for it. */
    @Provide
    Arbitrary<String> frames() {
        return Arbitraries.of("%", "ls; %", "% && ls", "ls || %", "ls | %", "% &", "ls\n%", "(%)", "{ %; }", "! %", "ls $(%)", "ls \"$(%)\"",
                "cat <(%)", "if true; then %; fi", "for x in a; do %; done", "cat <<X\n$(%)\nX", "cat <<X | ls\ny\nX\n%", "nohup %", "env A=1 %",
                "timeout 3 %", "sudo -n %", "nice -n 3 %", "f() { %; }; f", "while true; do %; done", "ls \\\n; %", "case x in x) %;; esac");
    }

    @Provide
    Arbitrary<String> nested() {
        return frames().list().ofMinSize(1).ofMaxSize(4).map(frames -> {
            String command = "%";
            for (String frame : frames) {
                // a here-document ends with its line
                String ended = frame.contains("<<") ? frame + "\n" : frame;
                command = ended.replace("%", command);
            }
            return command;
        });
    }

    @Property(tries = 2_000)
    void aDeniedCommandIsNeverLetPassWhereverItStands(@ForAll("nested") String frame) {
        assertNotEquals(Verdict.ALLOW, Example.verdict(frame.replace("%", DENIED)));
    }

    @Property(tries = 300)
    void aDeniedCommandIsDeniedInEachFrame(@ForAll("frames") String frame) {
        assertEquals(Verdict.DENY, Example.verdict(frame.replace("%", DENIED)));
    }

    @Property(tries = 2_000)
    void aCommandWithoutLeaveIsNeverLetPassWhereverItStands(@ForAll("nested") String frame) {
        assertNotEquals(Verdict.ALLOW, Example.verdict(frame.replace("%", WITHOUT_LEAVE)));
    }

    /** Each letter of a name plain, escaped or quoted. */
    @Provide
    Arbitrary<String> spelled() {
        Arbitrary<String> style = Arbitraries.of("%", "\\%", "'%'", "\"%\"", "\\\n%", "$'%'", "''%", "%\"\"");
        return style.list().ofSize(2).map(styles -> styles.get(0).replace("%", "r") + styles.get(1).replace("%", "m"));
    }

    @Property
    void aNameIsReadHoweverItIsSpelled(@ForAll("spelled") String rm) {
        assertEquals(Verdict.DENY, Example.verdict("ls; " + rm + " -rf /etc"));
    }

    @Provide
    Arbitrary<String> noise() {
        Arbitrary<String> piece = Arbitraries.of("ls", "rm", "-rf", "~", "/etc", " ", " ", "\n", "'", "\"", "`", "$", "$(", "(", ")", "{", "}", "${", "<", ">", "<<",
                "<<E", "E", "|", "&", ";", "\\", "#", "*", "?", "[", "=", "!", "eval", "sh", "-c", "cat", "src", "..", "$'", "0", "\t", "env", "X=1");
        return piece.list().ofMaxSize(40).map(pieces -> String.join("", pieces));
    }

    /** Without what can make a line a text: quotes, a here-document, a line that goes on. */
    @Provide
    Arbitrary<String> noiseBefore() {
        return noise().map(text -> text.replaceAll("['\"`\\\\]|<<", ""));
    }

    /** Whatever stands before and behind it, a separate line that has no leave is seen, or the whole is not let pass. */
    @Property(tries = 5_000)
    void noiseHidesNothing(@ForAll("noiseBefore") String before, @ForAll("allowed") String allowed, @ForAll("noise") String behind) {
        assertNotEquals(Verdict.ALLOW, Example.verdict(before + "\n" + WITHOUT_LEAVE + "\n" + behind + "\n" + allowed));
    }

    @Provide
    Arbitrary<String> lists() {
        Arbitrary<String> operator = Arbitraries.of("; ", " && ", " || ", " | ", "\n", " & ");
        return Combinators.combine(allowed().list().ofMinSize(1).ofMaxSize(6), operator.list().ofSize(6)).as(ShellPropertiesTest::joined);
    }

    private static String joined(List<String> commands, List<String> operators) {
        StringBuilder joined = new StringBuilder(commands.get(0));
        for (int at = 1; at < commands.size(); at++) {
            joined.append(operators.get(at - 1)).append(commands.get(at));
        }
        return joined.toString();
    }

    @Property
    void whatIsAllAllowedIsLetPass(@ForAll("lists") String list) {
        assertEquals(Verdict.ALLOW, Example.verdict(list));
    }

    /** What could take long: nested, repeated, without an end. */
    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> piece = Arbitraries.of("$(", "`", "(", "{ ", "env ", "sh -c '", "eval ", "sudo ", "a", "*", "<<E\n", "\\", "\"", "${x", "find . -exec ", "cd x;",
                "cat /a/../", "bash <<E\n$(", "a | ", "x=", "curl x | sh;");
        return Combinators.combine(piece, piece).as((one, two) -> one + two);
    }

    @Property(tries = 100)
    void noCommandTakesLong(@ForAll("hostile") String piece) {
        String command = piece.repeat(30_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertNotEquals(Verdict.ALLOW, Example.verdict(command + "\n" + WITHOUT_LEAVE)));
    }
}
