/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command that runs the command behind its options, and does nothing else.
 *
 * @param flags    its options without a value
 * @param values   its options with a value, which may be attached
 * @param operands how many words stand before the command
 */
record ShellWrapper(Set<String> flags, Set<String> values, int operands) {

    private static final ShellWrapper PLAIN = new ShellWrapper(Set.of(), Set.of(), 0);
    private static final Map<String, ShellWrapper> ALL = Map.ofEntries(
            Map.entry("builtin", PLAIN),
            Map.entry("busybox", PLAIN),
            Map.entry("toybox", PLAIN),
            Map.entry("command", new ShellWrapper(Set.of("-p"), Set.of(), 0)),
            Map.entry("env", new ShellWrapper(Set.of("-", "-i", "-0"), Set.of("-u"), 0)),
            Map.entry("exec", PLAIN),
            Map.entry("ionice", new ShellWrapper(Set.of("-t"), Set.of("-c", "-n"), 0)),
            Map.entry("nice", new ShellWrapper(Set.of(), Set.of("-n", "--adjustment"), 0)),
            Map.entry("nohup", PLAIN),
            Map.entry("setsid", new ShellWrapper(Set.of("-w", "-f"), Set.of(), 0)),
            Map.entry("stdbuf", new ShellWrapper(Set.of(), Set.of("-i", "-o", "-e"), 0)),
            Map.entry("time", new ShellWrapper(Set.of("-p"), Set.of(), 0)),
            Map.entry("timeout", new ShellWrapper(Set.of("--foreground", "--preserve-status", "-v", "--verbose"),
                    Set.of("-s", "-k", "--signal", "--kill-after"), 1)),
            Map.entry("xargs", new ShellWrapper(Set.of("-0", "-r", "-t", "--null", "--no-run-if-empty"),
                    Set.of("-n", "-P", "-L", "-I", "-d"), 0)));

    private static final int NOT_UNDERSTOOD = -1;

    /** The wrapper of that name, or one that is not understood. */
    static boolean is(String name) {
        return ALL.containsKey(name);
    }

    /** Where the wrapped command begins; the number of words where there is none, -1 where that cannot be told. */
    static int inner(String name, List<ShellWord> words) {
        ShellWrapper wrapper = ALL.getOrDefault(name, PLAIN);
        int at = 1;
        while (at < words.size() && wrapper.isOption(words.get(at))) {
            String option = words.get(at).text();
            if (option.equals("--")) {
                at++;
                break;
            }
            int length = wrapper.length(option);
            if (length == 0) {
                return NOT_UNDERSTOOD;
            }
            at += length;
        }
        return Math.min(words.size(), at + wrapper.operands);
    }

    private boolean isOption(ShellWord word) {
        return word.option() || flags.contains(word.text());
    }

    /** How many words an option takes; 0 where it is not known. */
    private int length(String option) {
        if (flags.contains(option)) {
            return 1;
        }
        if (values.contains(option)) {
            return 2;
        }
        String name = option.split("=", 2)[0];
        boolean attached = option.length() > 2 && values.contains(option.substring(0, 2));
        boolean assigned = name.startsWith("--") && values.contains(name);
        return attached || assigned ? 1 : 0;
    }
}
