/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTokensTest {

    private static final String PROSE = "Nothing is slower than waiting for a storm to end, said the old man. ";

    @Test
    void aLongTextIsInferredFromItsBeginningAndSamples() {
        double unit = tokens(PROSE.repeat(1000)) / 1000;
        assertEquals(unit * 30_000, tokens(PROSE.repeat(30_000)), unit * 300);
    }

    @Test
    void aDenseEndOfALongTextIsNotMissed() {
        String dense = "5f7a9c1e0b".repeat(100_000);
        double rate = tokens(dense.substring(0, 100_000)) / 100_000;
        assertTrue(tokens(PROSE.repeat(4000) + dense) > rate * dense.length() * 0.95);
    }

    @Test
    void manyTextsAreInferredFromTheFirstOnes() {
        double unit = tokens(PROSE);
        TextTokens text = new TextTokens(Tokenizer.NEW);
        for (int i = 0; i < 40_000; i++) {
            text.add(PROSE);
        }
        assertTrue(text.tokens() >= unit * 40_000 && text.tokens() < unit * 44_000, text.tokens() + " for " + unit * 40_000);
    }

    @Test
    void chunksCostNothingAndSplitNoCharacter() {
        assertEquals(tokens(PROSE.repeat(50)) * 12, tokens(PROSE.repeat(600)), 2 * tokens(PROSE));
        String emoji = "\ud83d\ude80";
        assertEquals(tokens(emoji.repeat(4000)) * 4, tokens(emoji.repeat(16_000)), tokens(emoji.repeat(20)));
    }

    @Test
    void namesOfSpecialTokensAreText() {
        assertTrue(tokens("<|endoftext|><|endofprompt|>") > 5);
    }

    /** Runs without a break are what tokenizers choke on: stack overflows, quadratic time. */
    @ParameterizedTest
    @Timeout(120)
    @ValueSource(strings = {" ", "A", "^", "_", "1", "\n", "\u4e2d", "\ud83d", "\u0301", "aB", "\t "})
    void aMillionOfTheSameIsCountedInBoundedTime(String run) {
        assertTrue(tokens(run.repeat(1_000_000 / run.length())) > 1000);
    }

    private static double tokens(String text) {
        TextTokens tokens = new TextTokens(Tokenizer.NEW);
        tokens.add(text);
        return tokens.tokens();
    }
}
