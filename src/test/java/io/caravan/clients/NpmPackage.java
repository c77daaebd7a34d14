/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A package of the npm registry, installed once per version in a cache beside the user's others. */
final class NpmPackage {

    private NpmPackage() {
    }

    /** The directory of the installed package's {@code node_modules}. */
    static Path install(String name, String version) throws IOException, InterruptedException {
        Path home = cache().resolve(name.replace('/', '_') + "-" + version);
        Path done = home.resolve("installed");
        if (!Files.exists(done)) {
            Files.createDirectories(home);
            Path log = home.resolve("npm.log");
            Process npm = new ProcessBuilder("npm", "install", "--no-save", "--no-audit", "--no-fund",
                    "--prefix", home.toString(), name + "@" + version)
                    .redirectErrorStream(true).redirectOutput(log.toFile()).start();
            if (!npm.waitFor(10, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IOException("npm could not install " + name + "@" + version + ":\n" + Files.readString(log));
            }
            Files.createFile(done);
        }
        return home.resolve("node_modules");
    }

    private static Path cache() {
        String named = System.getenv("XDG_CACHE_HOME");
        Path caches = named == null || named.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(named);
        return caches.resolve("caravan-clients");
    }
}
