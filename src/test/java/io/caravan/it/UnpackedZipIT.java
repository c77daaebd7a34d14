/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zip as whoever downloads it has it: unpacked somewhere, with a Java, without Maven and without the checkout. */
class UnpackedZipIT {

    private static final Path ZIP = Path.of(System.getProperty("caravan.zip"));

    /** All that {@code bin/caravan} calls, but for Java. */
    private static final List<String> TOOLS = List.of("bash", "dirname", "readlink", "sed");

    @TempDir
    static Path work;
    private static Path home;

    @BeforeAll
    static void unpack() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(ZIP, Map.of("enablePosixFileAttributes", true));
                Stream<Path> entries = Files.walk(zip.getPath("/"))) {
            for (Path entry : (Iterable<Path>) entries.skip(1)::iterator) {
                Path target = work.resolve(entry.toString().substring(1));
                Files.copy(entry, target);
                Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(entry));
            }
        }
        home = work.resolve(ZIP.getFileName().toString().replace(".zip", ""));
    }

    @Test
    void theDemoAnswersWithoutMaven() throws Exception {
        Path out = work.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/caravan").toString(), "demo", "--once")
                .directory(work.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", toolsAlone().toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));

        Process demo = builder.start();
        boolean ended = demo.waitFor(60, TimeUnit.SECONDS);
        demo.destroyForcibly();

        assertTrue(ended, Files.readString(out));
        assertEquals(0, demo.exitValue(), Files.readString(out));
        assertTrue(Files.readString(out).contains("Hi! You said: Hello from the demo!"), Files.readString(out));
    }

    @Test
    void theProgramFindsEveryLibraryItNames() throws IOException {
        try (JarFile jar = new JarFile(home.resolve("caravan.jar").toFile())) {
            String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);

            assertEquals(List.of(), Stream.of(classPath.split(" "))
                    .filter(library -> !Files.isRegularFile(home.resolve(library))).toList());
        }
    }

    @Test
    void whatAUserReadsAndEditsIsThere() {
        Stream<String> files = Stream.of("README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "docs/configuration.md",
                "application.properties", "models.yaml", ".env.example");

        assertEquals(List.of(), files.filter(file -> !Files.isRegularFile(home.resolve(file))).toList());
    }

    /** A directory for PATH that has the tools and nothing else. */
    private static Path toolsAlone() throws IOException {
        Path directory = Files.createDirectory(work.resolve("path"));
        for (String tool : TOOLS) {
            Path found = Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, tool))
                    .filter(Files::isExecutable).findFirst().orElseThrow();
            Files.copy(found, directory.resolve(tool), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return directory;
    }
}
