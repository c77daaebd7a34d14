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
 * working directory, and whatever else lies there. A file that others on the machine may write is not loaded.
 */
final class RouteFiles {

    static final List<String> BUILT_IN = List.of("admin", "backend-templates", "chat-completions", "count-tokens",
            "databricks-direct", "databricks-health", "errors", "health", "judge", "messages", "models", "probes", "responses", "review-tools",
            "select-backend");
    static final String DIRECTORY = "routes";
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

    RouteFiles(Path workingDirectory) {
        directory = workingDirectory.resolve(DIRECTORY);
    }

    /** Everything as it is now. */
    Found read() {
        Map<String, Page> pages = new LinkedHashMap<>();
        BUILT_IN.forEach(name -> pages.put(name + ENDING, builtIn(name + ENDING)));
        List<RouteFault> refused = new ArrayList<>();
        for (String name : own()) {
            try {
                pages.put(name, new Page(name, false, text(name)));
            } catch (RouteFault e) {
                refused.add(e);
            }
        }
        return new Found(pages, refused);
    }

    /** The state of each own file. */
    Map<String, Version> versions() {
        Map<String, Version> versions = new LinkedHashMap<>();
        for (String name : own()) {
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

    private String text(String name) {
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

    private List<String> own() {
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
