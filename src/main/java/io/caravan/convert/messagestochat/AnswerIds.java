/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The ids of one answer: the upstream's where they will do, else fresh ones. */
final class AnswerIds {

    private static final int LONGEST_MESSAGE_ID = 128;

    private final Set<String> tools = new HashSet<>();

    /** {@code msg_} and the upstream's id without what an id must not hold. */
    static String message(String upstream) {
        StringBuilder id = new StringBuilder("msg_");
        int from = upstream != null && upstream.startsWith("msg_") ? 4 : 0;
        for (int i = from; upstream != null && i < upstream.length() && id.length() < LONGEST_MESSAGE_ID; i++) {
            if (plain(upstream.charAt(i))) {
                id.append(upstream.charAt(i));
            }
        }
        return id.length() > 4 ? id.toString() : fresh("msg_");
    }

    /** {@code upstream} itself if clients take it and this answer has not used it (rule 11). */
    String tool(String upstream) {
        boolean fine = upstream != null && !upstream.isEmpty();
        for (int i = 0; fine && i < upstream.length(); i++) {
            fine = plain(upstream.charAt(i));
        }
        return fine && tools.add(upstream) ? upstream : fresh("toolu_");
    }

    private static String fresh(String prefix) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return prefix + String.format("%016x%08x", random.nextLong(), random.nextInt());
    }

    private static boolean plain(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }
}
