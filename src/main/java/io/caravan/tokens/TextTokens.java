/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/**
 * Adds up the tokens of one request's texts: o200k's count times what Claude's tokenizers make of it. The first
 * {@value #EXACT_OF_ONE} characters of a text and the first {@value #EXACT_OF_ALL} of a request are counted, the rest
 * is inferred from samples, so that no body costs more than a bounded time.
 */
final class TextTokens {

    /** Scripts other than Latin, which both families count alike. */
    private static final double WIDE_FACTOR = 1.45;
    private static final char FIRST_WIDE = '\u0370';
    /** How many times as many tokens such a character is as a Latin one. */
    private static final int WIDE_WEIGHT = 4;

    private static final int EXACT_OF_ONE = 1 << 18;
    private static final int EXACT_OF_ALL = 1 << 20;
    private static final int CHUNK = 4096;
    private static final int CUT_WITHIN = 256;
    private static final int SAMPLES = 8;
    private static final double SAFETY = 1.1;

    private final double latinFactor;
    private double counted;
    private double inferred;
    private long countedChars;

    TextTokens(Tokenizer tokenizer) {
        this.latinFactor = tokenizer.latinFactor();
    }

    void add(String text) {
        int length = text.length();
        if (countedChars >= EXACT_OF_ALL) {
            inferred += length * (counted / countedChars) * SAFETY;
            return;
        }
        int exact = Math.min(length, EXACT_OF_ONE);
        double head = count(text, 0, exact);
        counted += head;
        countedChars += exact;
        if (exact < length) {
            inferred += (length - exact) * Math.max(head / exact, sampledRate(text, exact));
        }
    }

    double tokens() {
        return counted + inferred;
    }

    /** Tokens per character of {@code text} from {@code from} on, by evenly spaced samples. */
    private double sampledRate(String text, int from) {
        double sum = 0;
        long sampled = 0;
        int step = Math.max(CHUNK, (text.length() - from) / SAMPLES);
        for (long at = from; at < text.length(); at += step) {
            int end = (int) Math.min(text.length(), at + CHUNK);
            sum += count(text, (int) at, end);
            sampled += end - at;
        }
        return sum / sampled;
    }

    private double count(String text, int from, int to) {
        double sum = 0;
        int start = from;
        while (start < to) {
            int end = to;
            if (to - start > CHUNK) {
                end = cut(text, start + CHUNK);
            }
            String chunk = text.substring(start, end);
            sum += Vocabulary.O200K.countTokensOrdinary(chunk) * factor(chunk);
            start = end;
        }
        return sum;
    }

    /** The end of a chunk: before a blank if there is one near, and never inside a surrogate pair. */
    private static int cut(String text, int end) {
        for (int i = end; i > end - CUT_WITHIN; i--) {
            if (text.charAt(i) <= ' ' && text.charAt(i - 1) > ' ') {
                return i;
            }
        }
        if (Character.isLowSurrogate(text.charAt(end))) {
            return end - 1;
        }
        return end;
    }

    private double factor(String chunk) {
        int wide = 0;
        for (int i = 0; i < chunk.length(); i++) {
            if (chunk.charAt(i) >= FIRST_WIDE && Character.isLetter(chunk.charAt(i))) {
                wide++;
            }
        }
        double weight = (double) wide * WIDE_WEIGHT;
        return latinFactor + (WIDE_FACTOR - latinFactor) * weight / (weight + chunk.length() - wide);
    }

    /** Loaded when it is first used: a table of 200 000 entries. */
    private static final class Vocabulary {
        static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }
}
