/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar in lib.d of the working directory brings beans and components for the pages there. */
class LibraryJarsTest {

    private static final String BEAN = """
            package acme;

            public class Greeting implements org.apache.camel.Processor {
                @Override
                public void process(org.apache.camel.Exchange exchange) {
                    exchange.getMessage().setBody("hello from a jar");
                }
            }
            """;
    private static final String PAGE = """
            - route:
                id: greeting
                from:
                  uri: platform-http:/team/greeting
                  steps:
                    - process: {ref: "#class:acme.Greeting"}
            """;

    @TempDir
    Path work;

    @BeforeEach
    void jar() throws IOException {
        Path source = Files.createDirectories(work.resolve("source/acme")).resolve("Greeting.java");
        Files.writeString(source, BEAN);
        Path classes = Files.createDirectories(work.resolve("classes"));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-d", classes.toString(),
                "-cp", System.getProperty("java.class.path"), source.toString()));
        Path jar = Files.createDirectories(work.resolve("lib.d")).resolve("acme.jar");
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("acme/Greeting.class"));
            Files.copy(classes.resolve("acme/Greeting.class"), entries);
            entries.closeEntry();
        }
        Files.writeString(Files.createDirectories(work.resolve("routes")).resolve("greeting.camel.yaml"), PAGE);
    }

    private GatewaySettings settings() {
        return GatewaySettings.read(Map.of("PORT", "0", "PROXY_BACKEND", "ANTHROPIC", "LOG_DIR", work.toString()), work);
    }

    @Test
    void itsClassesAreThere() throws Exception {
        try (Caravan gateway = Caravan.start(settings())) {
            URI page = gateway.url().resolve("/team/greeting");
            assertEquals("hello from a jar", HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    @Test
    void whatOthersMayWriteIsNotLoaded() throws Exception {
        for (Path open : List.of(work.resolve("lib.d/acme.jar"), work.resolve("lib.d"))) {
            var before = Files.getPosixFilePermissions(open);
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThrows(Caravan.StartFailure.class, () -> Caravan.start(settings()).close());
            Files.setPosixFilePermissions(open, before);
        }
    }
}
