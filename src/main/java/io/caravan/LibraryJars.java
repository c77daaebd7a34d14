/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jars in {@code lib.d/} of the working directory: components, languages and beans for pages of one's own. What others on the
 * machine may write is not loaded.
 */
final class LibraryJars {

    private static final Logger LOG = LoggerFactory.getLogger(LibraryJars.class);
    private static final String DIRECTORY = "lib.d";

    private LibraryJars() {
    }

    /** A class loader that knows them too; {@code parent} itself where there are none. */
    static ClassLoader over(ClassLoader parent, Path workingDirectory) {
        URL[] jars = in(workingDirectory.resolve(DIRECTORY)).stream().map(LibraryJars::url).toArray(URL[]::new);
        return jars.length == 0 ? parent : new URLClassLoader(DIRECTORY, jars, parent);
    }

    private static List<Path> in(Path directory) {
        if (!Files.isDirectory(directory) || isOpenToOthers(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().filter(jar -> !isOpenToOthers(jar)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOpenToOthers(Path file) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        try {
            if (posix && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE)) {
                LOG.warn("{} is not loaded: others may write it; take that from them (chmod o-w)", file);
                return true;
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
