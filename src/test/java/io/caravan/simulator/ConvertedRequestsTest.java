/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chatrequest.ChatRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.MalformedBody;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialects;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever a client of the Messages format sends, the strict upstreams take what comes of it, and no word is lost. */
class ConvertedRequestsTest {

    private static final Simulator SIMULATOR = Simulator.start(SimulatorOptions.defaults().withRecordLimit(0));
    private static final Requests REQUESTS = new Requests(SIMULATOR);
    private static final ModelTraits TRAITS =
            new ModelTraits(true, 64000, true, ModelTraits.Thinking.BOTH, true, false, false);

    @AfterContainer
    static void close() {
        SIMULATOR.close();
    }

    private static UpstreamTerms terms(Dialects dialect) {
        return new UpstreamTerms(dialect.chat(), "claude-sonnet-4-6", TRAITS, dialect.chat().rules(), false, "session",
                null, Refusals.NONE);
    }

    private static String path(Dialects dialect) {
        return switch (dialect) {
            case DATABRICKS -> "/serving-endpoints/databricks-claude-sonnet-4-6/invocations";
            case OPENROUTER -> Requests.OPENROUTER_CHAT;
            case LITELLM -> Requests.LITELLM_CHAT;
        };
    }

    @Property(tries = 300) // M03, M05, M19-M30
    void anyRequestIsTakenAndNoWordIsLost(@ForAll long seed, @ForAll Dialects dialect) throws Exception {
        RandomMessages messages = new RandomMessages(seed);
        byte[] request = messages.next();

        String sent = new String(ChatRequest.of(request, terms(dialect)).body(), StandardCharsets.UTF_8);

        for (String word : messages.words()) {
            assertTrue(sent.contains(word), word + " is lost: " + sent);
        }
        HttpResponse<String> answer = REQUESTS.post(path(dialect), Requests.json(sent));
        assertEquals(200, answer.statusCode(), () -> answer.body() + "\n" + sent);
    }

    @Property(tries = 100)
    void anOpenAiClientsRequestForOneUpstreamFitsDatabricksToo(@ForAll long seed) throws Exception {
        byte[] chat = ChatRequest.of(new RandomMessages(seed).next(), terms(Dialects.LITELLM)).body();

        String sent = new String(ChatRequest.Rewrite.of(chat, terms(Dialects.DATABRICKS)).body(), StandardCharsets.UTF_8);

        HttpResponse<String> answer = REQUESTS.post(path(Dialects.DATABRICKS), Requests.json(sent));
        assertEquals(200, answer.statusCode(), () -> answer.body() + "\n" + sent);
    }

    @Property(tries = 3000)
    void whatHasTheWrongTypeIsTheClientsFault(@ForAll long seed, @ForAll Dialects dialect) {
        Random random = new Random(seed);
        byte[] messages = new RandomMessages(seed).next();
        JsonNode damagedMessages = damaged(Requests.json(new String(messages, StandardCharsets.UTF_8)), random);
        JsonNode damagedChat = damaged(Requests.json(new String(
                ChatRequest.of(messages, terms(dialect)).body(), StandardCharsets.UTF_8)), random);

        onlyMalformed(() -> ChatRequest.of(damagedMessages.toString().getBytes(StandardCharsets.UTF_8), terms(dialect)));
        onlyMalformed(() -> ChatRequest.Rewrite.of(damagedChat.toString().getBytes(StandardCharsets.UTF_8),
                terms(Dialects.DATABRICKS)));
        onlyMalformed(() -> ChatRequest.Rewrite.of(damagedChat.toString().getBytes(StandardCharsets.UTF_8), terms(dialect)));
    }

    private static void onlyMalformed(Runnable conversion) {
        try {
            conversion.run();
        } catch (MalformedBody e) {
            assertFalse(e.getMessage().isBlank());
        }
    }

    private static JsonNode damaged(JsonNode root, Random random) {
        String[] values = {"null", "7", "1e400", "\"\"", "\"x\"", "{}", "[]", "[null]", "[7]", "[{}]", "true",
            "{\"x\":1}"};
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            JsonNode node = root;
            for (int depth = random.nextInt(8); depth > 0; depth--) {
                JsonNode child = node.isEmpty() ? node : node.path(random.nextInt(node.size()));
                if (node.isObject() && !node.isEmpty()) {
                    child = List.copyOf(node.properties()).get(random.nextInt(node.size())).getValue();
                }
                node = child.isContainerNode() && !child.isEmpty() ? child : node;
            }
            JsonNode value = Requests.json(values[random.nextInt(values.length)]);
            if (node instanceof ObjectNode object && !object.isEmpty()) {
                object.set(List.copyOf(object.properties()).get(random.nextInt(object.size())).getKey(), value);
            } else if (node instanceof ArrayNode array && !array.isEmpty()) {
                array.set(random.nextInt(array.size()), value);
            }
        }
        return root;
    }
}
