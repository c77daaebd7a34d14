/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a prompt tells the simulator to answer. Each directive stands on a line of its own:
 *
 * <ul>
 *   <li>{@code @call NAME {json}}: call this tool; the next {@code @call} follows when its result has come back
 *   <li>{@code @and NAME {json}}: call this tool too, in the same answer as the call above
 *   <li>{@code @text N}: N words · {@code @chars N}: N pieces of one character · {@code @events N}: N numbered pieces
 *   <li>{@code @delay MS}: a pause before each piece of a stream
 *   <li>{@code @silence MS}: a pause before the first content, in a stream after its start
 * </ul>
 *
 * @param steps         the calls, those of one answer together
 * @param pieces        the text asked for, or null
 * @param silenceMillis see {@code @silence}
 * @param delayMillis   see {@code @delay}
 */
record Script(List<List<Call>> steps, List<String> pieces, long silenceMillis, long delayMillis) {

    private static final Set<String> DIRECTIVES =
            Set.of("@call", "@and", "@text", "@chars", "@events", "@delay", "@silence");
    static final Script EMPTY = new Script(List.of(), null, 0, 0);

    /** A tool call as written; the input is not checked. */
    record Call(String name, String input) {}

    static boolean hasDirective(String text) {
        return text.indexOf('@') >= 0 && text.lines().anyMatch(line -> DIRECTIVES.contains(words(line, 2)[0]));
    }

    static Script parse(String text) {
        if (!hasDirective(text)) {
            return EMPTY;
        }
        List<List<Call>> steps = new ArrayList<>();
        List<String> pieces = null;
        long silence = 0;
        long delay = 0;
        for (String line : text.lines().toList()) {
            String[] words = words(line, 2);
            String rest = words.length > 1 ? words[1].strip() : "";
            switch (words[0]) {
                case "@call" -> steps.add(new ArrayList<>(List.of(call(rest))));
                case "@and" -> {
                    if (steps.isEmpty()) {
                        steps.add(new ArrayList<>());
                    }
                    steps.get(steps.size() - 1).add(call(rest));
                }
                case "@text" -> pieces = Pieces.words(number(rest));
                case "@chars" -> pieces = Pieces.characters(number(rest));
                case "@events" -> pieces = Pieces.numbered(number(rest));
                case "@silence" -> silence = number(rest);
                case "@delay" -> delay = number(rest);
                default -> { }
            }
        }
        return new Script(steps, pieces, silence, delay);
    }

    /** The calls to make now that so many results have come back; empty when all are made. */
    List<Call> callsAfter(int results) {
        int made = 0;
        for (List<Call> step : steps) {
            if (results <= made) {
                return step;
            }
            made += step.size();
        }
        return List.of();
    }

    private static Call call(String text) {
        String[] words = words(text, 2);
        return new Call(words[0], words.length > 1 ? words[1].strip() : "{}");
    }

    private static String[] words(String line, int most) {
        return line.strip().split("\\s+", most);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
