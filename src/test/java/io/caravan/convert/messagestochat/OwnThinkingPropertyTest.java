/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessagesGrammar;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialect;
import io.caravan.provider.Dialects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What a model has thought goes back to it in the form it came in, and to nobody else. */
class OwnThinkingPropertyTest {

    private static final String[] SCRAPS = {"a", " ", "ü", "\"", "\\", "\n", "😀", "漢", "thinking", "</think>", "caravan-thinking-1."};
    private static final String[] FORMATS = {"openai-responses-v1", "google-gemini-v1", "xai-responses-v1", "unknown", ""};
    private static final String MARK = "caravan-thinking-";

    @Property(tries = 500)
    void anyReasoningDetailsGoBackToTheSameModelAndToNoOther(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        ArrayNode details = details(random, false);
        ObjectNode message = object();
        message.put("role", "assistant").put("content", random.nextBoolean() ? null : words(random));
        message.set("reasoning_details", details);
        if (random.nextBoolean()) {
            message.put("reasoning", "the same in one text");
        }
        call(message.putArray("tool_calls"));
        ObjectNode completion = object();
        completion.putArray("choices").addObject().put("finish_reason", "tool_calls").set("message", message);

        byte[] answer = asked(random, false).answers().answer(bytes(completion)).body();

        assertGoesBack(details, Json.MAPPER.readTree(answer).path("content"));
    }

    @Property(tries = 500)
    void inAnyPiecesOfAStreamToo(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        ArrayNode details = details(random, true);
        StringBuilder sse = new StringBuilder();
        for (JsonNode item : details) {
            pieces(random, (ObjectNode) item, sse);
            if (random.nextInt(3) == 0) {
                chunk(object().put("content", words(random)), sse);
            }
        }
        ObjectNode call = object();
        call(call.putArray("tool_calls"));
        chunk(call, sse);
        sse.append("data: ").append(Translated.finish("tool_calls")).append("\n\ndata: [DONE]\n\n");

        byte[] events = asked(random, true).answers().stream().all(sse.toString().getBytes(StandardCharsets.UTF_8));

        MessagesGrammar whole = MessagesGrammar.whole(new String(events, StandardCharsets.UTF_8));
        assertGoesBack(details, whole.content());
    }

    /** A client may have changed it. */
    @Property(tries = 500)
    void whatAClientMakesUpIsNoMoreThanLeftOut(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        ArrayNode details = details(random, false);
        ObjectNode message = object().put("content", "Done.");
        message.set("reasoning_details", details);
        ObjectNode completion = object();
        completion.putArray("choices").addObject().put("finish_reason", "stop").set("message", message);
        byte[] answer = asked(random, false).answers().answer(bytes(completion)).body();
        JsonNode content = Json.MAPPER.readTree(answer).path("content");
        for (JsonNode block : content) {
            if (block.has("text")) {
                continue;
            }
            String proof = block.has("data") ? "data" : "signature";
            StringBuilder text = new StringBuilder(block.path(proof).asText());
            text.setCharAt(random.nextInt(text.length()), (char) ('A' + random.nextInt(60)));
            ((ObjectNode) block).put(proof, text.toString());
        }
        String sent = sent(content, "chat-model", Dialects.OPENROUTER.chat(), false);
        assertEquals("assistant", Json.MAPPER.readTree(sent).at("/messages/1/role").asText());
    }

    private static void assertGoesBack(ArrayNode details, JsonNode content) throws IOException {
        assertTrue(content.toString().contains(MARK), content.toString());
        JsonNode back = Json.MAPPER.readTree(sent(content, "chat-model", Dialects.OPENROUTER.chat(), false));
        assertEquals(details, back.at("/messages/1/reasoning_details"));
        assertEquals("call_1", back.at("/messages/1/tool_calls/0/id").asText());

        for (Dialect dialect : new Dialect[] {Dialects.OPENROUTER.chat(), Dialects.LITELLM.chat(), Dialects.DATABRICKS.chat()}) {
            for (boolean claude : new boolean[] {true, false}) {
                assertTold(sent(content, "another-model", dialect, claude));
            }
        }
        assertTold(sent(content, "chat-model", Dialects.DATABRICKS.chat(), false));
        assertTold(sent(content, "chat-model", Dialect.messages("native"), true));
    }

    private static void assertTold(String sent) {
        assertFalse(sent.contains(MARK + "1.") && sent.contains("\"signature\":\"" + MARK), sent);
        assertFalse(sent.contains("\"data\":\"" + MARK), sent);
        assertFalse(sent.contains("reasoning"), sent);
        assertTrue(sent.contains("call_1"), sent);
    }

    /** What an upstream is sent in the next turn of the loop. */
    private static String sent(JsonNode content, String model, Dialect dialect, boolean claude) {
        ObjectNode request = request(false);
        request.withArray("messages").addObject().put("role", "assistant").set("content", content);
        request.withArray("messages").addObject().put("role", "user").putArray("content").addObject()
                .put("type", "tool_result").put("tool_use_id", "call_1").put("content", "42");
        WireFormat.Pair pair = new WireFormat.Pair(WireFormat.MESSAGES, dialect.format());
        Translator translator = Translator.open(pair, ModelRequest.read(bytes(request)), terms(model, dialect, claude));
        return new String(translator.request().bytes(), StandardCharsets.UTF_8);
    }

    private static Translator asked(Random random, boolean stream) {
        ObjectNode request = request(stream);
        if (random.nextBoolean()) {
            request.putObject("thinking").put("type", "adaptive").put("display", random.nextBoolean() ? "omitted" : "summarized");
        }
        return new MessagesToChat(ModelRequest.read(bytes(request)), terms("chat-model", Dialects.OPENROUTER.chat(), false));
    }

    private static UpstreamTerms terms(String model, Dialect dialect, boolean claude) {
        ModelTraits traits = new ModelTraits(claude, 0, true, ModelTraits.Thinking.NONE, true, false, false);
        return new UpstreamTerms(dialect, model, traits, dialect.rules(), false, null, null, Refusals.NONE);
    }

    private static ObjectNode request(boolean stream) {
        ObjectNode request = object().put("model", "m").put("max_tokens", 100).put("stream", stream);
        request.putArray("messages").addObject().put("role", "user").put("content", "go");
        return request;
    }

    /** At least one of them is something that a model needs back. */
    private static ArrayNode details(Random random, boolean indexed) {
        ArrayNode details = Json.MAPPER.createArrayNode();
        int count = 1 + random.nextInt(4);
        int needed = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            ObjectNode item = details.addObject();
            int kind = i == needed ? 2 : random.nextInt(4);
            switch (kind) {
                case 0 -> item.put("type", "reasoning.text").put("text", words(random));
                case 1 -> item.put("type", "reasoning.summary").put("summary", words(random));
                case 2 -> item.put("type", "reasoning.encrypted").put("data", words(random) + i);
                default -> item.put("type", "reasoning.new").putObject("inner").put(words(random), i);
            }
            if (indexed || random.nextBoolean()) {
                item.put("index", i);
            }
            if (random.nextBoolean()) {
                item.put("id", "rs_" + i);
            }
            if (kind == 0 && random.nextBoolean()) {
                item.put("signature", words(random));
            }
            String format = FORMATS[random.nextInt(FORMATS.length)];
            if (!format.isEmpty()) {
                item.put("format", format);
            } else if (random.nextBoolean()) {
                item.putNull("format");
            }
        }
        return details;
    }

    /** The deltas that bring {@code item}: its text in pieces, all else with the last of them. */
    private static void pieces(Random random, ObjectNode item, StringBuilder sse) {
        String growing = item.has("text") ? "text" : "summary";
        int[] text = item.path(growing).asText().codePoints().toArray();
        int at = 0;
        while (at < text.length - 1 && random.nextInt(4) > 0) {
            int next = at + random.nextInt(text.length - at);
            ObjectNode piece = object().put("type", item.path("type").asText());
            piece.set("index", item.get("index"));
            detail(piece.put(growing, new String(text, at, next - at)), random, sse);
            at = next;
        }
        ObjectNode last = item.deepCopy();
        if (item.has(growing)) {
            last.put(growing, new String(text, at, text.length - at));
        }
        detail(last, random, sse);
    }

    private static void detail(ObjectNode detail, Random random, StringBuilder sse) {
        ObjectNode delta = object();
        delta.putArray("reasoning_details").add(detail);
        String shown = detail.path("text").asText(detail.path("summary").asText());
        if (!shown.isEmpty() && random.nextBoolean()) {
            delta.put("reasoning", shown);
        }
        chunk(delta, sse);
    }

    private static void chunk(ObjectNode delta, StringBuilder sse) {
        String members = delta.toString();
        sse.append("data: ").append(Translated.delta(members.substring(1, members.length() - 1))).append("\n\n");
    }

    private static void call(ArrayNode calls) {
        calls.addObject().put("index", 0).put("id", "call_1").put("type", "function").putObject("function")
                .put("name", "look").put("arguments", "{}");
    }

    private static String words(Random random) {
        StringBuilder words = new StringBuilder("x");
        IntStream.range(0, random.nextInt(random.nextInt(8) == 0 ? 400 : 8))
                .forEach(i -> words.append(SCRAPS[random.nextInt(SCRAPS.length)]));
        return words.toString();
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
