/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the words of one command: which command they run, be it behind keywords or by way of other commands. */
final class ShellCommand {

    private static final int DEEPEST = 16;
    private static final int MOST_GUESSES = 64;
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z_0-9]{0,200}(\\[[^]]{0,200}])?\\+?=.*",
            Pattern.DOTALL);
    private static final Set<String> GROUPING = Set.of("{", "}", "!");
    private static final Set<String> KEYWORDS = Set.of("if", "then", "elif", "else", "while", "until", "do", "coproc",
            "noglob", "nocorrect", "-", "fi", "done", "esac");
    private static final Set<String> DEFINING = Set.of("for", "select", "case", "function", "foreach", "repeat", "[[", "]]",
            "end", "always");
    /** These change what the commands behind them mean. */
    private static final Set<String> CHANGING = Set.of(".", "source", "alias", "unalias", "trap", "set", "shopt", "enable",
            "hash", "rehash", "export", "declare", "typeset", "local", "readonly", "unset", "read", "mapfile", "readarray",
            "getopts", "let", "bind", "complete", "fc", "history", "pushd", "popd", "dirs", "umask", "setopt", "unsetopt",
            "autoload", "zmodload", "emulate", "vared", "integer", "float", "sysread", "zle", "disable");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "zsh", "dash", "ksh", "ash", "mksh", "rbash");
    private static final Set<String> OTHER_SHELLS = Set.of("fish", "csh", "tcsh", "pwsh", "powershell", "nu", "elvish", "xonsh");
    private static final Set<String> FINDING = Set.of("find", "gfind", "fd", "fdfind");
    private static final Set<String> RUNNING = Set.of("-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch");
    /** These run another command in another way, or elsewhere: they need leave of their own. */
    private static final Set<String> CARRIERS = Set.of("sudo", "doas", "su", "runuser", "watch", "ssh", "parallel", "chroot",
            "unshare", "nsenter", "script", "flock", "strace", "ltrace", "docker", "podman", "kubectl", "npx", "xvfb-run",
            "systemd-run", "at", "batch", "entr", "expect", "tmux", "screen", "taskset", "chrt", "unbuffer", "caffeinate",
            "arch", "setarch", "setpriv", "capsh", "fakeroot", "proot", "bwrap", "firejail", "daemonize", "start-stop-daemon",
            "dbus-run-session", "run-parts", "pkexec", "gosu", "su-exec");

    private final ShellScript script;
    private final int depth;
    private final boolean fed;

    /** @param fed whether it is given what commands before it have written */
    ShellCommand(ShellScript script, int depth, boolean fed) {
        this.script = script;
        this.depth = depth;
        this.fed = fed;
    }

    static boolean isShell(String name) {
        String base = base(name);
        return SHELLS.contains(base) || OTHER_SHELLS.contains(base);
    }

    /** Reads a command; says whether a group or a compound command begins or goes on with it. */
    boolean add(List<ShellWord> words) {
        int at = 0;
        while (at < words.size() && isKeyword(words.get(at))) {
            if (!GROUPING.contains(words.get(at).text())) {
                script.unclear();
            }
            at++;
        }
        run(words.subList(at, words.size()), 0);
        return at > 0;
    }

    private static boolean isKeyword(ShellWord word) {
        return word.bare() && (GROUPING.contains(word.text()) || KEYWORDS.contains(word.text()));
    }

    private void run(List<ShellWord> words, int nested) {
        int at = 0;
        while (at < words.size() && isAssignment(words.get(at).text())) {
            script.unclear();
            at++;
        }
        if (at == words.size()) {
            return;
        }
        List<ShellWord> command = words.subList(at, words.size());
        String name = command.get(0).text();
        if (isUnclear(command) || nested > DEEPEST) {
            script.unclear();
            script.run(command, fed);
            guesses(command);
        } else {
            byName(base(name), command, nested);
        }
    }

    private static boolean isAssignment(String word) {
        return word.indexOf('=') > 0 && ASSIGNMENT.matcher(word).matches();
    }

    private static boolean isUnclear(List<ShellWord> command) {
        ShellWord name = command.get(0);
        boolean word = name.known() && !name.text().isEmpty() && name.text().chars().noneMatch(Character::isWhitespace);
        return !word || DEFINING.contains(name.text());
    }

    private void byName(String base, List<ShellWord> command, int nested) {
        if (isShell(base)) {
            shell(base, command);
        } else if (base.equals("eval")) {
            eval(command);
        } else if (FINDING.contains(base)) {
            find(command, nested);
        } else if (ShellWrapper.is(base)) {
            wrapped(base, command, nested);
        } else if (CARRIERS.contains(base)) {
            script.run(command, fed);
            guesses(command);
            strings(command);
        } else {
            plain(base, command);
        }
    }

    private void plain(String base, List<ShellWord> command) {
        script.run(command, fed);
        if (base.equals("cd") || base.equals("chdir")) {
            script.changeFolder(command.stream().skip(1).filter(word -> !word.option()).findFirst()
                    .orElse(new ShellWord("~", ShellWord.Kind.KNOWN, true)));
        }
        boolean intoVariable = base.equals("printf") && command.stream().anyMatch(word -> word.text().startsWith("-v"));
        if (CHANGING.contains(base) || intoVariable) {
            script.unclear();
        }
    }

    private void shell(String base, List<ShellWord> command) {
        boolean file = command.size() > 1 && command.get(1).known() && !isShellOption(command.get(1));
        if (file) {
            script.run(command, fed);
            return;
        }
        script.guess(command, fed);
        boolean string = command.size() == 3 && isStringOption(command.get(1).text()) && command.get(2).known();
        if (string && SHELLS.contains(base)) {
            read(command.get(2).text());
        } else {
            script.unclear();
            command.stream().skip(1).forEach(word -> read(word.text()));
        }
    }

    private static boolean isShellOption(ShellWord word) {
        return word.text().isEmpty() || word.text().charAt(0) == '-' || word.text().charAt(0) == '+';
    }

    /** {@code -c}, alone or with options that do not change what runs. */
    private static boolean isStringOption(String option) {
        return option.startsWith("-") && option.indexOf('c') > 0
                && option.substring(1).chars().allMatch(c -> "celuvx".indexOf(c) >= 0);
    }

    private void eval(List<ShellWord> command) {
        script.guess(command, fed);
        if (!command.stream().allMatch(ShellWord::known)) {
            script.unclear();
        }
        read(command.stream().skip(1).map(ShellWord::text).collect(Collectors.joining(" ")));
    }

    private void find(List<ShellWord> command, int nested) {
        script.run(command, fed);
        for (int at = 1; at < command.size(); at++) {
            if (RUNNING.contains(command.get(at).text())) {
                int end = endOfRun(command, at + 1);
                run(command.subList(at + 1, end), nested + 1);
                at = end;
            }
        }
    }

    private static int endOfRun(List<ShellWord> command, int from) {
        int end = from;
        while (end < command.size() && !Set.of(";", "+").contains(command.get(end).text())) {
            end++;
        }
        return end;
    }

    private void wrapped(String base, List<ShellWord> command, int nested) {
        int at = ShellWrapper.inner(base, command);
        if (at < 0) {
            script.unclear();
            script.run(command, fed);
            guesses(command);
            strings(command);
        } else if (at == command.size()) {
            script.run(command, fed);
        } else {
            script.guess(command, fed);
            List<ShellWord> inner = new ArrayList<>(command.subList(at, command.size()));
            if (base.equals("xargs")) {
                inner.add(ShellWord.ANYTHING);
            }
            run(inner, nested + 1);
        }
    }

    /** Each word may be the first of a command. */
    private void guesses(List<ShellWord> command) {
        for (int at = 1; at < Math.min(command.size(), MOST_GUESSES); at++) {
            script.guess(command.subList(at, command.size()), fed);
        }
    }

    /** A word of several may be a command as well. */
    private void strings(List<ShellWord> command) {
        command.stream().skip(1).map(ShellWord::text).filter(text -> text.chars().anyMatch(Character::isWhitespace))
                .forEach(this::read);
    }

    private void read(String text) {
        ShellReader.read(text, script, depth + 1, fed);
    }

    /** The last name of a path, in small letters. */
    private static String base(String name) {
        return name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }
}
