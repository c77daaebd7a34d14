/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialect;
import io.caravan.provider.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The golden requests are a matrix: {@code <case>.json} in the folder of the client's format, beside it what each target
 * gets. A hole is a missing file; which holes are meant is said here.
 */
class GoldenMatrixTest {

    private static final Path MESSAGES = Path.of("src/test/resources/wire/messages");
    private static final Path CHAT = Path.of("src/test/resources/wire/chat");
    private static final Path RESPONSES = Path.of("src/test/resources/wire/responses");

    /** Databricks takes no documents, no image by its address, no search on the server: these are refused. */
    private static final Set<String> REFUSED =
            Set.of("M12-public-image-stays.databricks-chat", "M15-pdf.databricks-chat", "M49-web-search.databricks-chat",
                    "M49-web-search-among-others.databricks-chat");

    /** Beside the one of all dialects: the rules of one dialect alone. */
    private static final Set<String> OF_ONE_DIALECT = Set.of("R59-openai-client-rules-off.databricks-chat",
            "R59-openai-client-rules-off.openrouter-chat", "R59-openai-reasoning-details.openrouter-chat",
            "R59-openai-reasoning-details.litellm-chat", "R59-openai-schema-in-words.openrouter-chat",
            "R59-openai-schema-in-words.litellm-chat");

    static List<Path> messagesRequests() throws IOException {
        return requests(MESSAGES);
    }

    @Test
    void aMessagesRequestHasAFileForEachDialectThatDoesNotRefuseIt() throws IOException {
        assertEquals(new TreeSet<>(REFUSED), holes(MESSAGES, dialects()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"M12-public-image-stays", "M15-pdf", "M49-web-search", "M49-web-search-among-others"})
    void whatHasNoFileForDatabricksIsRefused(String name) throws IOException {
        ModelRequest request = ModelRequest.read(Files.readAllBytes(MESSAGES.resolve(name + ".json")));
        WireFormat.Pair pair = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.CHAT);

        assertThrows(MalformedBody.class, () -> Translator.open(pair, request, terms(Dialects.DATABRICKS.chat())));
    }

    /** The cases M80 and M81 are of an upstream of the Messages format, R59 is of one that speaks the client's own. */
    @Test
    void anOpenAiRequestHasAFileForMessagesOrForTheDialectsOfChat() throws IOException {
        Set<String> meant = new TreeSet<>(OF_ONE_DIALECT);
        for (Path request : requests(CHAT)) {
            String name = name(request);
            if (name.startsWith("R59")) {
                meant.add(name + ".messages");
            } else {
                dialects().forEach(dialect -> meant.add(name + "." + dialect));
            }
        }
        List<String> targets = Stream.concat(dialects().stream(), Stream.of("messages")).toList();

        assertEquals(meant, holes(CHAT, targets));
    }

    @Test
    void aResponsesRequestHasAFileForEachTarget() throws IOException {
        List<String> targets = Stream.concat(dialects().stream(), Stream.of("messages")).toList();

        assertEquals(Set.of(), holes(RESPONSES, targets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "chat", "responses"})
    void noFileStandsAlone(String format) throws IOException {
        Path folder = MESSAGES.resolveSibling(format);
        Set<String> requests = new HashSet<>();
        requests(folder).forEach(request -> requests.add(name(request)));
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> assertTrue(requests.contains(name(file)), file + " belongs to no request"));
        }
    }

    @ParameterizedTest
    @MethodSource("messagesRequests")
    void aMessagesUpstreamGetsTheRequestUnderItsNameOfTheModel(Path file) throws IOException {
        byte[] request = Files.readAllBytes(file);
        WireFormat.Pair pair = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.MESSAGES);
        Translator translator = Translator.open(pair, ModelRequest.read(request), terms(Dialect.messages("native")));

        ObjectNode expected = ((ObjectNode) Json.MAPPER.readTree(request)).put("model", "upstream-model");
        if (file.getFileName().toString().startsWith("M32-own")) {
            ((ArrayNode) expected.at("/messages/1/content")).remove(0); // it is bound to a model of a chat upstream
        }
        JsonNode sent = Json.MAPPER.readTree(translator.request().bytes());
        assertEquals(expected, sent);
        assertEquals(Set.of(), translator.request().dropped());
    }

    private static UpstreamTerms terms(Dialect dialect) {
        ModelTraits traits = new ModelTraits(true, 64_000, true, ModelTraits.Thinking.BOTH, true, false, false);
        return new UpstreamTerms(dialect, "upstream-model", traits, dialect.rules(), false, null, null, Refusals.NONE);
    }

    private static Set<String> holes(Path folder, List<String> targets) throws IOException {
        Set<String> holes = new TreeSet<>();
        for (Path request : requests(folder)) {
            for (String target : targets) {
                String pair = name(request) + "." + target;
                if (!Files.exists(folder.resolve(pair + ".json"))) {
                    holes.add(pair);
                }
            }
        }
        return holes;
    }

    private static List<String> dialects() {
        return Stream.of(Dialects.values()).map(dialect -> dialect.name().toLowerCase(Locale.ROOT) + "-chat").toList();
    }

    private static List<Path> requests(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.endsWith(name(file) + ".json")).sorted().toList();
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.indexOf('.'));
    }
}
