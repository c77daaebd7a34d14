/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

/** The two families of Claude's tokenizers, and what differs between them; see docs/token-counts.md. */
enum Tokenizer {
    /** Measured against o200k: English 1.16-1.21, Python 1.30. The extra tokens hold the smaller of the published counts. */
    OLD(1.25, 2, 1568, 1600),
    /** 1.13 to 1.47 times as many tokens as the older family. */
    NEW(1.69, 0, 2576, 4800);

    private final double latinFactor;
    private final int start;
    private final int longestEdge;
    private final int mostOfImage;

    Tokenizer(double latinFactor, int start, int longestEdge, int mostOfImage) {
        this.latinFactor = latinFactor;
        this.start = start;
        this.longestEdge = longestEdge;
        this.mostOfImage = mostOfImage;
    }

    /** @param newer whether a model counts as the newer ones do */
    static Tokenizer of(boolean newer) {
        return newer ? NEW : OLD;
    }

    /** What o200k's count of a text in a Latin script is multiplied with. */
    double latinFactor() {
        return latinFactor;
    }

    /** Tokens that every request has, whatever is in it. */
    int start() {
        return start;
    }

    /** The pixels that an image's longest edge is scaled down to. */
    int longestEdge() {
        return longestEdge;
    }

    /** The most tokens an image costs. */
    int mostOfImage() {
        return mostOfImage;
    }
}
