/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

/** The size of an image as the first bytes of a PNG, JPEG, GIF or WebP state it. */
record ImageSize(int width, int height) {

    /** The size, or null if these bytes do not tell it. */
    static ImageSize of(byte[] head) {
        ImageSize size;
        try {
            size = read(head);
        } catch (ArrayIndexOutOfBoundsException e) {
            return null;
        }
        return size == null || size.width <= 0 || size.height <= 0 ? null : size;
    }

    private static ImageSize read(byte[] b) {
        return switch (big(b, 0, 4)) {
            case 0x89504e47 -> new ImageSize(big(b, 16, 4), big(b, 20, 4));
            case 0x47494638 -> new ImageSize(little(b, 6, 2), little(b, 8, 2));
            case 0x52494646 -> webp(b);
            default -> big(b, 0, 2) == 0xffd8 ? jpeg(b) : null;
        };
    }

    private static ImageSize webp(byte[] b) {
        return switch (big(b, 12, 4)) {
            case 0x56503858 -> new ImageSize(1 + little(b, 24, 3), 1 + little(b, 27, 3));
            case 0x56503820 -> new ImageSize(little(b, 26, 2) & 0x3fff, little(b, 28, 2) & 0x3fff);
            case 0x5650384c -> new ImageSize(1 + (little(b, 21, 4) & 0x3fff), 1 + (little(b, 21, 4) >>> 14 & 0x3fff));
            default -> null;
        };
    }

    private static ImageSize jpeg(byte[] b) {
        int at = 2;
        while (big(b, at, 1) == 0xff) {
            int marker = big(b, at + 1, 1);
            if (marker == 0xff) {
                at++;
            } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                return new ImageSize(big(b, at + 7, 2), big(b, at + 5, 2));
            } else {
                at += 2 + big(b, at + 2, 2);
            }
        }
        return null;
    }

    private static int big(byte[] b, int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | b[at + i] & 0xff;
        }
        return value;
    }

    private static int little(byte[] b, int at, int bytes) {
        int value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | b[at + i] & 0xff;
        }
        return value;
    }
}
