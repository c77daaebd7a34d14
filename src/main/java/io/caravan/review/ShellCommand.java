/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the words of one command: which command they run, be it behind keywords or by way of other commands. */
final class ShellCommand {

    private static final int DEEPEST = 16;
    private static final int MOST_GUESSES = 64;
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z_0-9]{0,200}(\\[[^]]{0,200}])?\\+?=.*",
            Pattern.DOTALL);
    private static final Set<String> GROUPING = Set.of("{", "}", "!");
    private static final Set<String> KEYWORDS = Set.of("if", "then", "elif", "else", "while", "until", "do",
            "noglob", "nocorrect", "-", "fi", "done", "esac");
    private static final Set<String> DEFINING = Set.of("for", "select", "case", "function", "foreach", "repeat", "[[", "]]",
            "end", "always");
    /** These change what the commands behind them mean. */
    private static final Set<String> CHANGING = Set.of(".", "source", "alias", "unalias", "trap", "set", "shopt", "enable",
            "hash", "rehash", "export", "declare", "typeset", "local", "readonly", "unset", "read", "mapfile", "readarray",
            "getopts", "let", "bind", "complete", "compgen", "fc", "history", "pushd", "popd", "dirs", "umask", "setopt", "unsetopt",
            "autoload", "zmodload", "emulate", "vared", "integer", "float", "sysread", "zle", "disable");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "zsh", "dash", "ksh", "ash", "mksh", "rbash");
    private static final Set<String> OTHER_SHELLS = Set.of("fish", "csh", "tcsh", "pwsh", "powershell", "cmd", "nu", "elvish",
            "xonsh");
    private static final Set<String> FINDING = Set.of("find", "gfind", "fd", "fdfind");
    /** As some take it as well: {@code -Hx rm}, {@code -xrm}, {@code --exec=rm}. */
    private static final Pattern ATTACHED = Pattern.compile("-(?![xX]$)[a-zA-Z]*?[xX]=?|--exec(-batch)?=");
    private static final Set<String> RUNNING = Set.of("-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch");
    /** These run another command in another way, or elsewhere: they need leave of their own. */
    private static final Set<String> CARRIERS = Set.of("sudo", "doas", "su", "runuser", "watch", "ssh", "parallel", "chroot",
            "unshare", "nsenter", "script", "flock", "strace", "ltrace", "docker", "podman", "kubectl", "npx", "xvfb-run",
            "systemd-run", "at", "batch", "entr", "expect", "tmux", "screen", "taskset", "chrt", "unbuffer", "caffeinate",
            "arch", "setarch", "setpriv", "capsh", "fakeroot", "proot", "bwrap", "firejail", "daemonize", "start-stop-daemon",
            "dbus-run-session", "run-parts", "pkexec", "gosu", "su-exec", "run0", "sg", "jobs", "sem", "ssh-agent", "sshpass",
            "mosh", "rsh", "nerdctl", "lxc", "vagrant", "bunx", "pnpx", "uvx", "uv", "poetry", "pipenv", "bundle", "mise", "asdf", "conda",
            "direnv", "aws-vault", "op", "doppler", "dotenv", "nix-shell", "hyperfine", "watchexec", "nodemon", "chronic", "ifne",
            "rlwrap", "faketime", "torsocks", "torify", "proxychains", "proxychains4", "numactl", "prlimit", "choom", "cgexec",
            "linux32", "linux64", "valgrind", "gdb", "perf", "xterm", "pnpm", "coproc");

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
        int at = keywords(words);
        if (words.stream().limit(at).anyMatch(word -> !GROUPING.contains(word.text()))) {
            script.unclear();
        }
        run(words.subList(at, words.size()), 0);
        return at > 0;
    }

    /** How many there are before the command. */
    private static int keywords(List<ShellWord> words) {
        int at = 0;
        while (at < words.size() && isKeyword(words.get(at))) {
            at++;
        }
        return at;
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
            find(base, command, nested);
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
            changeFolder(command.stream().skip(1).filter(word -> !word.option()).toList());
        }
        boolean changes = CHANGING.contains(base) || base.equals("printf") && hasWord(command, word -> word.startsWith("-v"));
        boolean evaluates = base.equals("test") && hasWord(command, word -> word.indexOf('[') > 0); // what stands in an index
        if (changes || evaluates) {
            script.unclear();
        }
    }

    private static boolean hasWord(List<ShellWord> command, Predicate<String> wanted) {
        return command.stream().map(ShellWord::text).anyMatch(wanted);
    }

    private void changeFolder(List<ShellWord> operands) {
        script.changeFolder(operands.stream().findFirst().orElse(new ShellWord("~", ShellWord.Kind.KNOWN, true)));
        if (operands.size() > 1) {
            script.unclear(); // to some shells the one is put into the other's place
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
        String text = word.text();
        return text.isEmpty() || "-+".indexOf(text.charAt(0)) >= 0 || text.startsWith("/") && text.length() == 2; // cmd /c
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
        read(command.stream().skip(1).map(ShellWord::text).dropWhile("--"::equals).collect(Collectors.joining(" ")));
    }

    private void find(String base, List<ShellWord> command, int nested) {
        script.run(command, fed);
        for (int at = 1; at < command.size(); at++) {
            if (base.startsWith("fd") && ATTACHED.matcher(command.get(at).text()).lookingAt()) {
                script.unclear();
                attached(command, at, nested);
            } else if (RUNNING.contains(command.get(at).text())) {
                int end = endOfRun(command, at + 1);
                run(command.subList(at + 1, end), nested + 1);
                at = end;
            }
        }
    }

    /** The command that begins in an option, or behind it. */
    private void attached(List<ShellWord> command, int at, int nested) {
        ShellWord option = command.get(at);
        List<ShellWord> inner = new ArrayList<>(command.subList(at + 1, command.size()));
        String name = ATTACHED.matcher(option.text()).replaceFirst("");
        if (!name.isEmpty()) {
            inner.add(0, new ShellWord(name, option.kind(), option.bare()));
        }
        run(inner, nested + 1);
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
            int keywords = keywords(inner);
            if (keywords > 0) {
                script.unclear(); // time is a keyword as well
            }
            run(inner.subList(keywords, inner.size()), nested + 1);
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

    /** What a command is called, in small letters: the last name of its path, without what some systems put before it or behind. */
    private static String base(String name) {
        String base = ShellPart.lastName(name).toLowerCase(Locale.ROOT);
        boolean prefixed = base.startsWith("g") && ShellWrapper.is(base.substring(1));
        return prefixed ? base.substring(1) : base;
    }
}
