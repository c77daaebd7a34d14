/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ids of the tool calls of one conversation: as a Messages upstream takes them, each once, and which are answered. */
final class ToolCallIds {

    private final Set<String> used = new HashSet<>();
    private final Map<String, Integer> repeats = new HashMap<>();
    private final Map<String, String> open = new LinkedHashMap<>();

    /** The id to send for a call that the client names {@code id}. */
    String called(String id) {
        String plain = plain(id);
        String sent = plain;
        while (!used.add(sent)) {
            sent = plain + "_" + repeats.merge(plain, 1, Integer::sum);
        }
        open.put(id, sent);
        return sent;
    }

    /** The id that was sent for the call a result answers; null if there is no such call, or it has its answer. */
    @Nullable String answered(String id) {
        return open.remove(id);
    }

    boolean isOpen(String id) {
        return open.containsKey(id);
    }

    boolean anyOpen() {
        return !open.isEmpty();
    }

    /** The ids sent for calls without an answer, which are given up. */
    List<String> giveUp() {
        List<String> unanswered = new ArrayList<>(open.values());
        open.clear();
        return unanswered;
    }

    private static String plain(String id) {
        if (id.isEmpty()) {
            return "call";
        }
        return PlainIds.replaced(id);
    }
}
