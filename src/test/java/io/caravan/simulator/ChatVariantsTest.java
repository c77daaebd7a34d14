/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms a chat answer comes in, other than the plain one. */
class ChatVariantsTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private String stream(String path, String fault, String prompt) throws Exception {
        ObjectNode body = Requests.streamed("m!" + fault, prompt);
        Requests.addFunction(body, "T");
        body.putObject("stream_options").put("include_usage", true);
        return requests.post(path, body).body();
    }

    private List<JsonNode> chunks(String fault, String prompt) throws Exception {
        return Requests.chunks(stream(Requests.LITELLM_CHAT, fault, prompt));
    }

    private List<JsonNode> thinking(String path, String fault) throws Exception {
        ObjectNode body = Requests.streamed("m!" + fault, "hello you");
        if (path.equals(Requests.OPENROUTER_CHAT)) {
            body.putObject("reasoning").put("effort", "high");
        } else {
            body.putObject("thinking").put("type", "adaptive");
        }
        return Requests.chunks(requests.post(path, body).body());
    }

    private static JsonNode last(List<JsonNode> chunks) {
        return chunks.get(chunks.size() - 1);
    }

    @Test
    void usageInTheFinishChunk() throws Exception {
        JsonNode last = last(chunks("usage-in-finish", "hi"));

        assertEquals("stop", last.at("/choices/0/finish_reason").asText());
        assertTrue(last.at("/usage/completion_tokens").asInt() > 0);
    }

    @Test
    void usageInEveryChunkGrows() throws Exception {
        List<JsonNode> chunks = chunks("usage-in-every-chunk", "hello to all of you");
        List<String> completion = Requests.at(chunks, "/usage/completion_tokens");

        assertEquals("1", completion.get(0));
        assertTrue(completion.size() > 5);
        assertEquals("8", completion.get(completion.size() - 1));
    }

    @Test
    void noUsageAtAll() throws Exception {
        assertFalse(stream(Requests.LITELLM_CHAT, "no-usage", "hi").contains("prompt_tokens"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT})
    void cachedTokensInEachSpelling(String path) throws Exception {
        JsonNode usage = last(Requests.chunks(stream(path, "cached=100;cache-written=30", "hi"))).path("usage");

        assertEquals(100, usage.at("/prompt_tokens_details/cached_tokens").asInt());
        assertEquals(30, usage.at("/prompt_tokens_details/cache_write_tokens").asInt());
        assertEquals(!path.equals(Requests.OPENROUTER_CHAT), usage.has("cache_read_input_tokens"));
        int prompt = usage.path("prompt_tokens").asInt();

        JsonNode exclusive = last(Requests.chunks(
                stream(path, "cached=100;cache-written=30;cache-exclusive", "hi"))).path("usage");
        assertFalse(exclusive.has("prompt_tokens_details"));
        assertEquals(100, exclusive.path("cache_read_input_tokens").asInt());
        assertEquals(30, exclusive.path("cache_creation_input_tokens").asInt());
        assertTrue(exclusive.path("prompt_tokens").asInt() < prompt - 120);
    }

    @Test
    void cachedTokensInMessages() throws Exception {
        JsonNode usage = requests.answer(Requests.MESSAGES, Requests.body("m!cached=9;cache-written=8", "hi")).path("usage");

        assertEquals(9, usage.path("cache_read_input_tokens").asInt());
        assertEquals(8, usage.path("cache_creation_input_tokens").asInt());
    }

    @Test
    void theFirstDelta() throws Exception {
        assertTrue(chunks("null-content", "hi").get(0).at("/choices/0/delta/content").isNull());
        assertFalse(chunks("role-only", "hi").get(0).at("/choices/0/delta").has("content"));
        assertEquals("{}", chunks("empty-deltas", "hi").get(1).at("/choices/0/delta").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null-content", "role-only", "empty-deltas", "two-choices", "two-finishes",
            "finish-with-content", "usage-in-every-chunk", "no-message-stop"})
    void theTextStaysWhole(String fault) throws Exception {
        StringBuilder text = new StringBuilder();
        for (JsonNode chunk : chunks(fault, "hello you")) {
            for (JsonNode choice : chunk.path("choices")) {
                JsonNode content = choice.at("/delta/content");
                text.append(choice.path("index").asInt() == 0 && content.isTextual() ? content.asText() : "");
            }
        }
        assertEquals("Hi! You said: hello you", text.toString());
    }

    @Test
    void finishes() throws Exception {
        assertEquals(List.of("null", "null", "null", "null", "null", "stop"),
                Requests.at(chunks("finish-with-content;no-usage", "hello you"), "/choices/0/finish_reason"));
        assertEquals(2, Requests.at(chunks("two-finishes", "hi"), "/choices/0/finish_reason").stream()
                .filter("stop"::equals).count());
        for (String reason : new String[] {"content_filter", "length", "error"}) {
            assertTrue(Requests.at(chunks("stop=" + reason, "hi"), "/choices/0/finish_reason").contains(reason));
        }
        assertTrue(last(chunks("stop=null;no-usage", "hi")).at("/choices/0/finish_reason").isNull());
        assertFalse(stream(Requests.LITELLM_CHAT, "no-message-stop", "hi").contains("[DONE]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang-after-finish", "hang-after-end"})
    void hangsOnceAllIsSaid(String fault) throws Exception {
        String end = fault.equals("hang-after-end") ? "[DONE]" : "\"stop\"";
        try (Socket socket = requests.open(Requests.LITELLM_CHAT, Requests.streamed("m!" + fault, "hi"))) {
            readUntil(socket, end);
            assertEquals(1, simulator.activeRequests());
        }
        await().until(() -> simulator.activeRequests() == 0);
    }

    private static void readUntil(Socket socket, String text) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.indexOf(text) < 0) {
            int b = socket.getInputStream().read();
            assertTrue(b >= 0, () -> "ended after: " + received);
            received.append((char) b);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT})
    void placesOfTheSignature(String path) throws Exception {
        List<JsonNode> plain = thinking(path, "stop=end_turn");
        int signed = Requests.indexOf(plain, "\"signature\"");
        assertTrue(plain.get(signed - 1).toString().contains("said."));
        assertEquals(signed + 1, Requests.indexOf(plain, "\"Hi! \""));

        List<JsonNode> inline = thinking(path, "signature-inline");
        assertTrue(inline.get(Requests.indexOf(inline, "\"signature\"")).toString().contains("said."));

        List<JsonNode> late = thinking(path, "late-signature");
        assertEquals(Requests.indexOf(late, "\"Hi! \"") + 1, Requests.indexOf(late, "\"signature\""));

        assertEquals(-1, Requests.indexOf(thinking(path, "no-signature"), "\"signature\""));
        assertTrue(Requests.indexOf(thinking(path, "redacted-thinking"), "\"data\":\"EmwK") > 0);

        List<JsonNode> again = thinking(path, "think-again");
        assertTrue(again.subList(Requests.indexOf(again, "\"you\""), again.size()).toString().contains("signature"));
    }

    @Test
    void databricksTextAsItems() throws Exception {
        List<JsonNode> chunks = thinking(Requests.DATABRICKS_CHAT, "text-items");
        assertTrue(Requests.indexOf(chunks, "{\"type\":\"text\",\"text\":\"Hi! \"}") > 0);

        JsonNode content = requests.answer(Requests.DATABRICKS_CHAT, Requests.body("m!text-items", "hi"))
                .at("/choices/0/message/content");
        assertEquals("Hi! You said: hi", content.at("/0/text").asText());
    }

    @Test
    void variantsOfJson() throws Exception {
        JsonNode two = requests.answer(Requests.LITELLM_CHAT, Requests.body("m!two-choices", "hi"));
        assertEquals(2, two.path("choices").size());
        assertTrue(requests.answer(Requests.LITELLM_CHAT, Requests.body("m!null-content;no-content", "hi"))
                .at("/choices/0/message/content").isNull());
    }
}
