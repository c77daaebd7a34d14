/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Says why an address cannot be served, and who listens on a port, as far as this system tells. */
final class PortHolder {

    private static final String LISTENING = "0A";

    private PortHolder() {
    }

    /** Why the port cannot be served there, and what to do about it; empty if it can. */
    static Optional<String> hindrance(String host, int port) {
        Optional<IOException> failure = bind(host, port);
        return failure.map(cause -> bind(host, 0).map(elsewhere -> noHost(host, elsewhere))
                .orElseGet(() -> noPort(port, cause)));
    }

    /** What keeps the system from serving there; empty if nothing does. */
    private static Optional<IOException> bind(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host.replaceAll("^\\[|]$", ""), port));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static String noHost(String host, IOException cause) {
        return "HOST=" + host + " cannot be served here: " + cause.getMessage()
                + "; it must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them";
    }

    private static String noPort(int port, IOException cause) {
        if (String.valueOf(cause.getMessage()).contains("ermission denied")) {
            return "port " + port + " may not be served by this user: set PORT to 1024 or more, or allow it";
        }
        return "port " + port + " is taken by " + process(port) + "; stop it or set PORT";
    }

    private static String process(int port) {
        Set<String> sockets = new HashSet<>();
        collect(sockets, Path.of("/proc/net/tcp"), port);
        collect(sockets, Path.of("/proc/net/tcp6"), port);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return "process " + process.getFileName() + command(process);
                }
            }
        } catch (IOException e) {
            // Not a system with /proc.
        }
        return "another process";
    }

    /** Adds the socket numbers that listen on {@code port}: column 10 of the kernel's table. */
    private static void collect(Set<String> sockets, Path table, int port) {
        String suffix = String.format(":%04X", port);
        try {
            for (String line : Files.readAllLines(table)) {
                String[] columns = line.strip().split("\\s+");
                if (listens(columns, suffix)) {
                    sockets.add("socket:[" + columns[9] + "]");
                }
            }
        } catch (IOException e) {
            // Not a system with /proc.
        }
    }

    private static boolean listens(String[] columns, String suffix) {
        if (columns.length < 10) {
            return false;
        }
        return columns[1].endsWith(suffix) && columns[3].equals(LISTENING);
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended.
        }
        return false;
    }

    /** The program and its first arguments; no more, since arguments may hold secrets. */
    private static String command(Path process) {
        try {
            String[] words = Files.readString(process.resolve("cmdline")).split("\0");
            String name = Path.of(words[0]).getFileName().toString();
            for (int i = 1; i + 1 < words.length; i++) {
                if (words[i].equals("-jar")) {
                    name += " -jar " + Path.of(words[i + 1]).getFileName();
                }
            }
            return " (" + name + ")";
        } catch (IOException e) {
            return "";
        }
    }
}
