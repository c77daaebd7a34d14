/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The test kit as an integration team has it: the jars that were built, JUnit, and the test that docs/extending.md shows. */
@Timeout(120)
class BuiltTestKitIT {

    private static final Path PROGRAM = Path.of(System.getProperty("caravan.main"));
    private static final Path KIT = Path.of(System.getProperty("caravan.testkit"));
    private static final Path LIBRARIES = PROGRAM.resolveSibling("lib");
    private static final Path BOOK = Path.of("docs/extending.md");
    /** What a machine may have set that no test may depend on. */
    private static final Map<String, String> FOREIGN = Map.of("PORT", "1", "PROXY_BACKEND", "OPENROUTER", "HOST", "192.0.2.1",
            "DATABRICKS_HOST", "https://192.0.2.1", "DATABRICKS_TOKEN", "not-this-one", "PROXY_API_KEYS", "sk-foreign-0123456789",
            "HTTPS_PROXY", "http://192.0.2.1:3128", "PROXY_URL", "http://192.0.2.1:3128");
    private static final String RUN = """
            import org.junit.platform.engine.discovery.DiscoverySelectors;
            import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
            import org.junit.platform.launcher.core.LauncherFactory;
            import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

            class Run {
                public static void main(String[] tests) throws Exception {
                    SummaryGeneratingListener summary = new SummaryGeneratingListener();
                    LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                            .selectors(DiscoverySelectors.selectClass(Class.forName(tests[0]))).build(), summary);
                    summary.getSummary().printFailuresTo(new java.io.PrintWriter(System.out));
                    System.out.println(summary.getSummary().getTestsSucceededCount() + " of "
                            + summary.getSummary().getTestsFoundCount() + " succeeded");
                }
            }
            """;

    @TempDir
    Path work;

    @Test
    void theBooksTestRunsAgainstTheJars() throws Exception {
        Matcher code = Pattern.compile("```java\\n(.*?class (\\w+).*?)```", Pattern.DOTALL).matcher(Files.readString(BOOK));
        assertTrue(code.find());
        Path routes = Files.createDirectory(work.resolve("routes"));
        try (Stream<Path> pages = Files.list(Path.of("examples/system-prompt/routes"))) {
            for (Path page : pages.toList()) {
                Files.copy(page, routes.resolve(page.getFileName()));
            }
        }
        assertEquals("2 of 2 succeeded", lastLine(run(code.group(2), code.group(1))));
    }

    @Test
    void aGatewayThatDoesNotStartFailsItsTestsInWords() throws Exception {
        String said = run("BrokenTest", """
                import io.caravan.test.CaravanTest;
                import io.caravan.test.GatewayFixture;
                import org.junit.jupiter.api.Test;

                @CaravanTest(settings = "PROXY_STREAM_SILENCE=never")
                class BrokenTest {
                    @Test
                    void neverRuns(GatewayFixture gateway) {
                    }
                }
                """);
        assertTrue(lastLine(said).startsWith("0 of"), said);
        assertTrue(said.contains("PROXY_STREAM_SILENCE"), said);
    }

    @Test
    void theArtifactIsTheKitAlone() throws IOException {
        String version = Pattern.compile("-([0-9][^/]*)\\.zip").matcher(System.getProperty("caravan.zip")).results()
                .findFirst().orElseThrow().group(1);
        assertTrue(Files.readString(BOOK).replaceAll("\\s+", "").contains("<artifactId>caravan</artifactId><version>" + version
                + "</version><classifier>test</classifier><scope>test</scope>"));
        assertEquals(List.of(), classes(KIT).filter(name -> !name.startsWith("io/caravan/test/")).toList());
        assertTrue(classes(KIT).anyMatch("io/caravan/test/CaravanTest.class"::equals));
        assertEquals(List.of(), classes(PROGRAM).filter(name -> name.startsWith("io/caravan/test/")).toList());
        try (Stream<Path> libraries = Files.list(LIBRARIES)) {
            assertEquals(List.of(), libraries.filter(library -> library.getFileName().toString().contains("junit")).toList());
        }
    }

    private static Stream<String> classes(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class")).toList().stream();
        }
    }

    /** Compiles a test outside of this build, and runs it in a process that has foreign settings all around. */
    private String run(String name, String code) throws Exception {
        String classPath = classPath();
        List<String> compiler = new ArrayList<>(List.of("-proc:none", "-d", work.toString(), "-cp", classPath));
        for (Map.Entry<String, String> source : Map.of(name, code, "Run", RUN).entrySet()) {
            Path file = work.resolve(source.getKey() + ".java");
            Files.writeString(file, source.getValue());
            compiler.add(file.toString());
        }
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, compiler.toArray(String[]::new)));

        Path out = work.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                work + File.pathSeparator + classPath, "Run", name).directory(work.toFile()).redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(FOREIGN);
        Process tests = builder.start();
        boolean ended = tests.waitFor(90, TimeUnit.SECONDS);
        tests.destroyForcibly();
        assertTrue(ended, Files.readString(out));
        return Files.readString(out);
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce((before, last) -> last).orElse("");
    }

    /** The program and the kit as they were built, and of this build's libraries JUnit alone. */
    private static String classPath() {
        Stream<String> junit = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).filter(jar ->
                jar.contains("/org/junit/") || jar.contains("/org/opentest4j/") || jar.contains("/org/apiguardian/"));
        return String.join(File.pathSeparator, Stream.concat(Stream.of(KIT, PROGRAM, LIBRARIES.resolve("*")).map(Path::toString),
                junit).toList());
    }
}
