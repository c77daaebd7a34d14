/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import io.caravan.Caravan;
import io.caravan.observe.Logging;
import io.caravan.settings.GatewaySettings;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The gateway on simulated upstreams: no key, no network, nothing left behind. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Start a gateway on simulated upstreams, without key or network, and show one streamed answer.")
final class DemoCommand implements Callable<Integer> {

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final String TOKEN = "demo";
    private static final String QUESTION = """
            {"model":"claude-sonnet-4-5","max_tokens":200,"stream":true,"messages":[{"role":"user",\
            "content":"Hello from the demo!\\n@delay 60"}]}""";
    private static final Pattern TEXT = Pattern.compile("\"text_delta\",\\s*\"text\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    @Option(names = "--once", description = "Exit after the one answer.")
    private boolean once;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Path scratch = Files.createTempDirectory("caravan-demo");
        try (Simulator simulator = Simulator.start()) {
            GatewaySettings settings = GatewaySettings.read(Map.of("PORT", "0", "PROXY_BACKEND", "AZURE_DATABRICKS",
                    "DATABRICKS_HOST", simulator.url().toString(), "DATABRICKS_TOKEN", TOKEN,
                    "LOG_LEVEL", "WARN", "LOG_FORMAT", "text", "LOG_DIR", scratch.toString()), scratch);
            Logging.start(settings.log(), true);
            try (Caravan gateway = Caravan.start(settings)) {
                out.println("Caravan serves on " + gateway.url() + ", with simulated upstreams. For Claude Code:");
                out.println();
                out.println("  export ANTHROPIC_BASE_URL=" + gateway.url());
                out.println("  export ANTHROPIC_AUTH_TOKEN=" + TOKEN);
                out.println("  export CLAUDE_CODE_AUTO_MODE_SERVER=0   # nobody answers auto mode here: docs/auto-mode.md");
                out.println();
                boolean answered = ask(gateway.url(), out);
                if (once) {
                    return answered ? 0 : 1;
                }
                out.println("Ctrl-C stops it.");
                out.flush();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    gateway.drain(LAST_WORDS);
                    delete(scratch);
                    Runtime.getRuntime().halt(0);
                }, "caravan-demo-stop"));
                StartCommand.await();
                return 0;
            }
        } finally {
            Logging.stop();
            delete(scratch);
        }
    }

    /** Sends one streamed request and prints the text as it comes; whether the stream came to its end. */
    private static boolean ask(URI gateway, PrintWriter out) throws IOException, InterruptedException {
        out.println("> Hello from the demo!");
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve("/v1/messages"))
                .header("content-type", "application/json").header("authorization", "Bearer " + TOKEN)
                .header("anthropic-version", "2023-06-01").POST(BodyPublishers.ofString(QUESTION)).build();
        HttpResponse<Stream<String>> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
        boolean[] ended = {false};
        try (Stream<String> lines = response.body()) {
            lines.forEach(line -> {
                Matcher text = TEXT.matcher(line);
                if (text.find()) {
                    out.print(text.group(1).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"));
                    out.flush();
                }
                ended[0] |= line.equals("event: message_stop");
            });
        }
        out.println();
        out.println();
        out.flush();
        return response.statusCode() == 200 && ended[0];
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        } catch (IOException e) {
            // A temporary directory that stays harms nobody.
        }
    }
}
