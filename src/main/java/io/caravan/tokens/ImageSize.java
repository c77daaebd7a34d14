/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import java.util.Optional;
import java.util.Set;

/** The size of an image as the first bytes of a PNG, JPEG, GIF or WebP state it. */
record ImageSize(int width, int height) {

    private static final Set<Integer> NO_FRAMES = Set.of(0xc4, 0xc8, 0xcc);

    /** The size, if these bytes tell it. */
    static Optional<ImageSize> of(byte[] head) {
        try {
            return read(head).filter(size -> Math.min(size.width, size.height) > 0);
        } catch (ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Optional<ImageSize> read(byte[] b) {
        return switch (big(b, 0, 4)) {
            case 0x89504e47 -> Optional.of(new ImageSize(big(b, 16, 4), big(b, 20, 4)));
            case 0x47494638 -> Optional.of(new ImageSize(little(b, 6, 2), little(b, 8, 2)));
            case 0x52494646 -> webp(b);
            default -> jpeg(b);
        };
    }

    private static Optional<ImageSize> webp(byte[] b) {
        return switch (big(b, 12, 4)) {
            case 0x56503858 -> Optional.of(new ImageSize(1 + little(b, 24, 3), 1 + little(b, 27, 3)));
            case 0x56503820 -> Optional.of(new ImageSize(little(b, 26, 2) & 0x3fff, little(b, 28, 2) & 0x3fff));
            case 0x5650384c ->
                Optional.of(new ImageSize(1 + (little(b, 21, 4) & 0x3fff), 1 + (little(b, 21, 4) >>> 14 & 0x3fff)));
            default -> Optional.empty();
        };
    }

    private static Optional<ImageSize> jpeg(byte[] b) {
        if (big(b, 0, 2) != 0xffd8) {
            return Optional.empty();
        }
        int at = 2;
        while (big(b, at, 1) == 0xff) {
            int marker = big(b, at + 1, 1);
            if (marker == 0xff) {
                at++;
            } else if (isFrame(marker)) {
                return Optional.of(new ImageSize(big(b, at + 7, 2), big(b, at + 5, 2)));
            } else {
                at += 2 + big(b, at + 2, 2);
            }
        }
        return Optional.empty();
    }

    /** Whether a JPEG's segment begins a frame: C0 to CF, but for those that hold tables or are reserved. */
    private static boolean isFrame(int marker) {
        return marker >> 4 == 0xc && !NO_FRAMES.contains(marker);
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
