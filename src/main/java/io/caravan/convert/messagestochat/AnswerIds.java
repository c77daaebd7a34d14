/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ids of one answer: the upstream's where they will do, else fresh ones. */
final class AnswerIds {

    private static final String MESSAGE = "msg_";
    private static final String TOOL = "toolu_";
    private static final int LONGEST_MESSAGE_ID = 128;
    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^a-zA-Z0-9_-]");

    private final Set<String> before;
    private final Set<String> tools = new HashSet<>();

    /** @param before the ids of the calls in the conversation so far */
    AnswerIds(Set<String> before) {
        this.before = before;
    }

    /** {@code msg_} and the upstream's id without what an id must not hold. */
    static String message(@Nullable String upstream) {
        String own = Objects.requireNonNullElse(upstream, "");
        if (own.startsWith(MESSAGE)) {
            own = own.substring(MESSAGE.length());
        }
        String plain = NOT_PLAIN.matcher(own).replaceAll("");
        if (plain.isEmpty()) {
            return fresh(MESSAGE);
        }
        String id = MESSAGE + plain;
        return id.substring(0, Math.min(id.length(), LONGEST_MESSAGE_ID));
    }

    /** {@code upstream} itself if clients take it and the conversation has not used it (R11). */
    String tool(@Nullable String upstream) {
        String own = Objects.requireNonNullElse(upstream, "");
        boolean used = before.contains(own) || tools.contains(own);
        if (used || !PLAIN.matcher(own).matches()) {
            return fresh(TOOL);
        }
        tools.add(own);
        return own;
    }

    private static String fresh(String prefix) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return prefix + String.format("%016x%08x", random.nextLong(), random.nextInt());
    }
}
