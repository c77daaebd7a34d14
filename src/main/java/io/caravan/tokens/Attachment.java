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
    private static final int OLD_EDGE = 1568;
    private static final int OLD_IMAGE = 1600;
    private static final int NEW_EDGE = 2576;
    private static final int NEW_IMAGE = 4800;
    private static final int PIXELS_PER_TOKEN = 750;
    private static final int PAGE = 2000;
    private static final int PDF_BYTES_PER_TOKEN = 40;
    private static final int MOST_PAGES_GUESSED = 100;

    private final byte[] body;
    private final int edge;
    private final int most;

    Attachment(byte[] body, boolean newTokenizer) {
        this.body = body;
        this.edge = newTokenizer ? NEW_EDGE : OLD_EDGE;
        this.most = newTokenizer ? NEW_IMAGE : OLD_IMAGE;
    }

    /** Tokens of the base64 that stands in the body between {@code start} and {@code end}. */
    long tokens(int start, int end) {
        byte[] head = decode(start, Math.min(end, start + HEAD));
        return PdfPages.isPdf(head) ? pdf(start, end) : image(ImageSize.of(head));
    }

    private long image(ImageSize size) {
        if (size == null) {
            return most;
        }
        double scale = Math.min(1, (double) edge / Math.max(size.width(), size.height()));
        double tokens = Math.ceil(size.width() * scale * (size.height() * scale) / PIXELS_PER_TOKEN);
        return (long) Math.max(1, Math.min(most, tokens));
    }

    private long pdf(int start, int end) {
        PdfPages pages = new PdfPages();
        for (long at = start; at < end; at += HEAD) {
            pages.read(decode((int) at, (int) Math.min(end, at + HEAD)));
        }
        long guessed = Math.min((end - start) * 3L / 4 / PDF_BYTES_PER_TOKEN, (long) MOST_PAGES_GUESSED * PAGE);
        long counted = (long) pages.count() * PAGE;
        return pages.allPlain() && counted > 0 ? counted : Math.max(Math.max(guessed, counted), PAGE);
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
