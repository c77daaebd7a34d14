/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which route files are loaded: those in the jar, each replaced by a file of the same name in {@code routes/} of the
 * working directory, and whatever else lies there; in a rehearsal those in {@code routes.next/} take their place. A file that others on the machine may write is not loaded.
 */
final class RouteFiles {

    static final List<String> BUILT_IN = List.of("admin", "backend-templates", "chat-completions", "count-tokens",
            "databricks-direct", "databricks-health", "errors", "health", "judge", "messages", "models", "probes", "rehearse", "responses",
            "review-tools", "select-backend");
    static final String DIRECTORY = "routes";
    /** Pages that are to be rehearsed before they serve. */
    static final String NEXT = "routes.next";
    static final String ENDING = ".camel.yaml";
    /** No page comes near it; a file that does is not one. */
    private static final long LARGEST = 1024 * 1024;

    /**
     * A route file.
     *
     * @param name    the file's name
     * @param builtIn whether it is the one in the jar
     */
    record Page(String name, boolean builtIn, String text) {

        /** What Camel knows it by: {@code classpath:} for the one in the jar. */
        String location() {
            return builtIn ? "classpath:" + DIRECTORY + "/" + name : name;
        }

        /** What people know it by. */
        String shown() {
            return builtIn ? "the built-in " + name : DIRECTORY + "/" + name;
        }
    }

    /**
     * What was found.
     *
     * @param pages   by their names
     * @param refused the files that are there and may not, or cannot, be read
     */
    record Found(Map<String, Page> pages, List<RouteFault> refused) {
    }

    /** By which an edit shows. */
    record Version(String modified, long size, @Nullable Object key) {
    }

    private final Path directory;
    private final Path next;

    RouteFiles(Path workingDirectory) {
        directory = workingDirectory.resolve(DIRECTORY);
        next = workingDirectory.resolve(NEXT);
    }

    /** Everything as it is now. */
    Found read() {
        Found found = new Found(new LinkedHashMap<>(), new ArrayList<>());
        BUILT_IN.forEach(name -> found.pages().put(name + ENDING, builtIn(name + ENDING)));
        add(found, directory);
        return found;
    }

    /** Everything as it would be if the files in {@code routes.next/} lay in {@code routes/}. */
    Found readNext() {
        Found found = read();
        List<String> names = own(next);
        found.refused().removeIf(fault -> names.contains(fault.page()));
        add(found, next);
        return found;
    }

    /** What a fault of {@link #readNext} is told as. */
    String shownNext(RouteFault fault) {
        return fault.in(own(next).contains(fault.page()) ? NEXT : DIRECTORY);
    }

    private static void add(Found found, Path directory) {
        for (String name : own(directory)) {
            try {
                found.pages().put(name, new Page(name, false, text(directory, name)));
            } catch (RouteFault e) {
                found.refused().add(e);
            }
        }
    }

    /** The state of each own file. */
    Map<String, Version> versions() {
        Map<String, Version> versions = new LinkedHashMap<>();
        for (String name : own(directory)) {
            try {
                BasicFileAttributes file = Files.readAttributes(directory.resolve(name), BasicFileAttributes.class);
                versions.put(name, new Version(file.lastModifiedTime().toString(), file.size(), file.fileKey()));
            } catch (IOException e) {
                versions.put(name, new Version("", -1, null)); // gone meanwhile, or out of reach, which is told
            }
        }
        return versions;
    }

    private static Page builtIn(String name) {
        try (InputStream file = Objects.requireNonNull(RouteFiles.class.getResourceAsStream("/" + DIRECTORY + "/" + name), name)) {
            return new Page(name, true, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path directory, String name) {
        Path file = directory.resolve(name);
        try {
            requireOwn(name, file);
            requireOwn(name, directory);
            if (Files.size(file) > LARGEST) {
                throw new RouteFault(name, 0, "it is larger than 1 MB, which no page is");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new RouteFault(name, 0, "it cannot be read: make it a readable file of UTF-8 text");
        }
    }

    private static void requireOwn(String name, Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            String what = Files.isDirectory(path) ? "its directory" : "it";
            throw new RouteFault(name, 0, "others on this machine may write " + what + ", and a page can run programs; chmod o-w "
                    + path.getFileName());
        }
    }

    private static List<String> own(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
