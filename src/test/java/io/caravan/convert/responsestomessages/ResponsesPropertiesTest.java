/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chattomessages.RandomMessages;
import io.caravan.convert.chattomessages.Traits;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Json;
import io.caravan.format.responses.ResponsesRequest.Call;
import io.caravan.format.responses.ResponsesRequest.Tool;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialect;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Feature 3.12, for random messages in random pieces. */
class ResponsesPropertiesTest {

    /** An event whose JSON is whole counts, also without the blank line behind it. */
    private static final int BLANK_LINE = 2;
    private static final Set<String> ENDS = Set.of("response.completed", "response.incomplete");
    private static final ResponseAnswers.Asked ASKED = new ResponseAnswers.Asked("m", Json.MAPPER.createObjectNode(),
            Map.of("t1", new Tool(Call.CUSTOM, "t1", ""), "t2", new Tool(Call.FUNCTION, "two", "group")));

    private final ResponseAnswers translation = new ResponseAnswers(ASKED, false, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    @Property(tries = 300)
    void theEventsBuildWhatTheLastOfThemHoldsAndJsonIsTheSame(@ForAll long seed) throws IOException {
        RandomMessages messages = new RandomMessages(seed);
        List<JsonNode> events =
                events(ResponsesGoldenTest.translated(translation.stream(), messages.events(), Integer.MAX_VALUE));
        JsonNode last = events.get(events.size() - 1);

        assertTrue(ENDS.contains(last.path("type").asText()), last.toString());
        assertEquals(built(events), last.path("response").path("output"));
        assertEquals(last.path("response"), Json.MAPPER.readTree(translation.answer(messages.whole()).body()));
    }

    @Property(tries = 200)
    void itDoesNotMatterHowTheBytesArrive(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int most)
            throws IOException {
        byte[] events = new RandomMessages(seed).events();

        assertEquals(ResponsesGoldenTest.translated(translation.stream(), events, Integer.MAX_VALUE),
                ResponsesGoldenTest.translated(translation.stream(), events, most));
    }

    /** R10, R12 */
    @Property(tries = 300)
    void aCutStreamFailsAndToldCallsAreWhole(@ForAll long seed, @ForAll @IntRange(min = 0, max = 10_000) int where)
            throws IOException {
        RandomMessages messages = new RandomMessages(seed);
        byte[] cut = Arrays.copyOf(messages.events(), where % (messages.finishedAt() - BLANK_LINE));
        List<JsonNode> events = events(ResponsesGoldenTest.translated(translation.stream(), cut, Integer.MAX_VALUE));
        JsonNode last = events.get(events.size() - 1);

        assertEquals("response.failed", last.path("type").asText());
        assertEquals("failed", last.path("response").path("status").asText());
        for (JsonNode event : events) {
            assertFalse(ENDS.contains(event.path("type").asText()), event.toString());
            if (event.path("item").path("status").asText().equals("completed") && event.path("item").has("arguments")) {
                assertTrue(Json.MAPPER.readTree(event.path("item").path("arguments").asText()).isObject());
            }
        }
    }

    /** What the model has thought, said and called comes back to it as it was. */
    @Property(tries = 300)
    void anAnswerThatIsSentBackIsTheMessageItWas(@ForAll long seed) throws IOException {
        JsonNode message = Json.MAPPER.readTree(new RandomMessages(seed).whole());
        JsonNode response = Json.MAPPER.readTree(translation.answer(message.toString().getBytes("UTF-8")).body());
        ObjectNode request = (ObjectNode) Json.MAPPER.readTree("{\"model\":\"m\","
                + "\"input\":[{\"role\":\"user\",\"content\":\"a\"}],"
                + "\"tools\":[{\"type\":\"custom\",\"name\":\"t1\"},"
                + "{\"type\":\"namespace\",\"name\":\"group\",\"tools\":[{\"type\":\"function\",\"name\":\"two\"}]}]}");
        request.withArrayProperty("input").addAll((ArrayNode) response.path("output"))
                .addObject().put("role", "user").put("content", "b");
        UpstreamTerms terms = new UpstreamTerms(Dialect.messages("native"), "up", Traits.of("both"), Set.of(), false, null, null,
                Refusals.NONE);
        byte[] sent = new ResponsesToMessages(ModelRequest.read(Json.MAPPER.writeValueAsBytes(request)), terms).request().bytes();

        List<String> said = new ArrayList<>();
        for (JsonNode turn : Json.MAPPER.readTree(sent).path("messages")) {
            if (turn.path("role").asText().equals("assistant")) {
                turn.path("content").forEach(block -> said.add(plain(block)));
            }
        }
        assertEquals(expected(message), said);
    }

    private static List<String> expected(JsonNode message) {
        List<String> blocks = new ArrayList<>();
        message.path("content").forEach(block -> blocks.add(plain(block)));
        if (message.path("stop_reason").asText().equals("refusal")) {
            blocks.add("The model refuses to answer this request.");
        }
        blocks.removeIf(String::isBlank);
        while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).startsWith("thought ")) {
            blocks.remove(blocks.size() - 1); // no upstream takes a turn that is thinking alone
        }
        return blocks;
    }

    private static String plain(JsonNode block) {
        return switch (block.path("type").asText()) {
            case "text" -> block.path("text").asText();
            case "thinking" -> "thought " + block.path("thinking").asText() + block.path("signature").asText();
            case "redacted_thinking" -> "thought " + block.path("data").asText();
            default -> block.path("id").asText() + block.path("name").asText().replace("group__two", "t2") + input(block);
        };
    }

    /** A custom tool is called with a string: what a model called otherwise comes back as the text it was. */
    private static String input(JsonNode block) {
        JsonNode input = block.path("input");
        if (block.path("name").asText().equals("t1") && !input.path("input").isTextual()) {
            return "{\"input\":" + Json.MAPPER.getNodeFactory().textNode(input.toString()) + "}";
        }
        return input.toString();
    }

    private static List<JsonNode> events(String stream) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String frame : stream.split("\n\n")) {
            if (!frame.startsWith(":")) {
                JsonNode event = Json.MAPPER.readTree(frame.substring(frame.indexOf("data: ") + 6));
                assertEquals(events.size(), event.path("sequence_number").asInt());
                events.add(event);
            }
        }
        return events;
    }

    /** The output as a client builds it that reads no event but the deltas and what is done. */
    private static JsonNode built(List<JsonNode> events) {
        ArrayNode output = Json.MAPPER.createArrayNode();
        Map<String, StringBuilder> deltas = new HashMap<>();
        for (JsonNode event : events) {
            String place = event.path("item_id").asText() + "/" + event.path("content_index").asInt();
            switch (event.path("type").asText()) {
                case "response.output_item.added" -> assertEquals(output.size(), event.path("output_index").asInt());
                case "response.output_item.done" -> output.add(event.path("item"));
                case "response.output_text.done" -> assertEquals(event.path("text").asText(), deltas.get(place).toString());
                case "response.reasoning_summary_text.done" ->
                    assertEquals(event.path("text").asText(), deltas.get(place).toString());
                case "response.function_call_arguments.done" ->
                    assertEquals(event.path("arguments").asText(), deltas.get(place).toString());
                case "response.custom_tool_call_input.done" ->
                    assertEquals(event.path("input").asText(), deltas.get(place).toString());
                default -> deltas.computeIfAbsent(place, any -> new StringBuilder()).append(event.path("delta").asText());
            }
        }
        return output;
    }
}
