/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import java.util.Arrays;
import java.util.Base64;

/**
 * Tokens of what is attached as base64: an image by the size its first bytes state, a PDF by its pages. What it is, is
 * told from its own first bytes, not from what the request says.
 */
final class Attachment {

    static final int REMOTE_IMAGE = 1600;

    private static final int HEAD = 64 * 1024;
    private static final int PIXELS_PER_TOKEN = 750;
    private static final int PAGE = 2000;
    private static final int PDF_BYTES_PER_TOKEN = 40;
    private static final int MOST_PAGES_GUESSED = 100;

    private final byte[] body;
    private final Tokenizer tokenizer;

    Attachment(byte[] body, Tokenizer tokenizer) {
        this.body = body;
        this.tokenizer = tokenizer;
    }

    /** Tokens of the base64 that stands in the body between {@code start} and {@code end}. */
    long tokens(int start, int end) {
        byte[] head = decode(start, Math.min(end, start + HEAD));
        if (PdfPages.isPdf(head)) {
            return pdf(start, end);
        }
        return ImageSize.of(head).map(this::image).orElse((long) tokenizer.mostOfImage());
    }

    private long image(ImageSize size) {
        double scale = Math.min(1, (double) tokenizer.longestEdge() / Math.max(size.width(), size.height()));
        double tokens = Math.ceil(size.width() * scale * (size.height() * scale) / PIXELS_PER_TOKEN);
        return (long) Math.max(1, Math.min(tokenizer.mostOfImage(), tokens));
    }

    private long pdf(int start, int end) {
        PdfPages pages = new PdfPages();
        for (long at = start; at < end; at += HEAD) {
            pages.read(decode((int) at, (int) Math.min(end, at + HEAD)));
        }
        long guessed = Math.min((end - start) * 3L / 4 / PDF_BYTES_PER_TOKEN, (long) MOST_PAGES_GUESSED * PAGE);
        long counted = (long) pages.count() * PAGE;
        if (pages.allPlain() && counted > 0) {
            return counted;
        }
        return Math.max(Math.max(guessed, counted), PAGE);
    }

    /** Base64 decoded; what is no base64 decodes to nothing. A range begins at a multiple of four characters. */
    private byte[] decode(int start, int end) {
        try {
            return Base64.getMimeDecoder().decode(Arrays.copyOfRange(body, start, end - (end - start) % 4));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
