/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimatorTest {

    private static final TokenEstimator ESTIMATOR = new TokenEstimator();
    private static final String WEATHER = """
            {"name":"get_weather","description":"Get the current weather in a given location",
            "input_schema":{"type":"object","properties":{"location":{"type":"string",
            "description":"The city and state, e.g. San Francisco, CA"}},
            "required":["location"]}%s}""";
    private static final String WORDS = "one two three four five six seven eight nine ten ".repeat(20);

    /** M71: Anthropic's published counts. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothAnchorsHold(boolean newTokenizer) {
        assertWithin(14, ESTIMATOR.estimate(bytes("{\"model\":\"m\",\"system\":\"You are a scientist\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello, Claude\"}]}"), newTokenizer));
        assertWithin(403, ESTIMATOR.estimate(bytes(withTools(WEATHER.formatted(""),
                quoted("What's the weather like in San Francisco?"))), newTokenizer));
    }

    @Test
    void theOlderFamilyIsEstimatedLower() {
        byte[] body = bytes(user(quoted(WORDS)));
        assertTrue(ESTIMATOR.estimate(body, false) < ESTIMATOR.estimate(body, true) * 0.8);
    }

    /** M70: tools are counted, and an empty list of them is none. */
    @Test
    void everyToolIsCounted() {
        long none = estimate(withTools("", quoted("foo")));
        long one = estimate(withTools(WEATHER.formatted(""), quoted("foo")));
        long two = estimate(withTools(WEATHER.formatted("") + "," + WEATHER.formatted(""), quoted("foo")));
        assertTrue(none < 10 && one > 400 && two > one + 100 && two < one + 150, none + " " + one + " " + two);
    }

    @Test
    void aToolTheUpstreamDescribesIsCountedToo() {
        long search = estimate(withTools("{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}", quoted("foo")));
        assertTrue(search > 1000, "" + search);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"tool_reference\","
                + "\"tool_name\":\"get_weather\"}]}]",
        "[{\"type\":\"tool_search_tool_result\",\"content\":{\"tool_references\":[{\"type\":\"tool_reference\","
                + "\"tool_name\":\"get_weather\"}]}}]",
        "[{\"type\":\"tool_addition\",\"tool\":{\"type\":\"tool_reference\",\"name\":\"get_weather\"}}]",
    })
    void aDeferredToolIsCountedOnceItIsLoaded(String loading) {
        String deferred = WEATHER.formatted(",\"defer_loading\":true");
        long hidden = estimate(withTools(deferred, quoted("foo")));
        long loaded = estimate(withTools(deferred, loading));
        assertTrue(hidden < 10 && loaded > 400, hidden + " " + loaded);
    }

    @Test
    void everyKindOfTextIsCounted() {
        long words = estimate(user(quoted(WORDS)));
        for (String block : new String[] {
            "{\"type\":\"text\",\"text\":%s}", "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{\"a\":%s}}",
            "{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":%s}",
            "{\"content\":[{\"text\":%s,\"type\":\"text\"}],\"type\":\"tool_result\"}",
            "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":%s}}",
            "{\"source\":{\"data\":%s , \"type\":\"text\"},\"type\":\"document\"}",
            "{\"type\":\"document\",\"source\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":%s}]}}",
            "{\"type\":\"search_result\",\"source\":\"s\",\"title\":\"t\",\"content\":[{\"type\":\"text\",\"text\":%s}]}",
            "{\"type\":\"code_execution_tool_result\",\"content\":{\"type\":\"code_execution_result\",\"stdout\":%s}}",
            "{\"type\":\"of_next_year\",\"parts\":[{\"text\":%s}]}",
        }) {
            long counted = estimate(user("[" + block.formatted(quoted(WORDS)) + "]"));
            assertTrue(counted >= words && counted < words + 20, block + " " + counted + " for " + words);
        }
        for (String member : new String[] {"\"system\":%s", "\"system\":[{\"type\":\"text\",\"text\":%s}]",
            "\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"schema\":{\"title\":%s}}}"}) {
            long counted = estimate("{" + member.formatted(quoted(WORDS)) + ",\"messages\":[]}");
            assertTrue(counted > words - 10 && counted < words + 20, member + " " + counted + " for " + words);
        }
    }

    @Test
    void escapesThatAClientChoseCostNothing() {
        String word = "\u5929\u6c14\u9884\u62a5".repeat(50);
        StringBuilder escaped = new StringBuilder();
        word.chars().forEach(c -> escaped.append("\\u%04x".formatted(c)));
        String input = "[{\"type\":\"tool_use\",\"name\":\"n\",\"input\": {\"a\" : \"%s\"}}]";
        assertEquals(estimate(user(input.formatted(word))), estimate(user(input.formatted(escaped))));
    }

    @Test
    void onlyTheThinkingOfTheLastTurnIsCounted() {
        String think = "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":" + quoted(WORDS)
                + ",\"signature\":\"c2ln\"},{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{}}]}";
        String result = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\","
                + "\"content\":\"ok\"},{\"type\":\"text\",\"text\":\"<system-reminder>\"}]}";
        String question = "{\"role\":\"user\",\"content\":\"next\"}";
        String answer = "{\"role\":\"assistant\",\"content\":\"fine\"}";
        long words = estimate(user(quoted(WORDS)));
        long onGoing = estimate(conversation(question, think, result, think, result));
        long ended = estimate(conversation(question, think, result, answer, question, think, result));
        long over = estimate(conversation(question, think, result, answer, question, answer, question));
        assertTrue(onGoing > 2 * words && ended > words && ended < 1.3 * words && over < 100,
                onGoing + " " + ended + " " + over + " for " + words);
    }

    @Test
    void thinkingThatIsNotShownIsCountedByItsSeal() {
        String seal = "A".repeat(4000);
        for (String block : new String[] {"{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"%s\"}",
            "{\"type\":\"redacted_thinking\",\"data\":\"%s\"}"}) {
            String body = conversation("{\"role\":\"assistant\",\"content\":[" + block.formatted(seal) + "]}");
            assertEquals(804, estimate(body));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | JSON object", "[] | object", "null | object", "5 | object", "{} | messages: Field required",
        "{\"messages\":5} | messages: Input should be a valid array", "{\"messages\":null} | valid array",
        "{\"messages\":[] | not valid JSON", "{\"messages\":[]}{} | more than one", "hello | not valid JSON",
    })
    void whatIsNoRequestIsRefusedInWords(String body, String words) {
        String message = assertThrows(MalformedBody.class, () -> estimate(body)).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void utf16AndBottomlessBodiesAreRefused() {
        assertThrows(MalformedBody.class,
                () -> ESTIMATOR.estimate("{\"messages\":[]}".getBytes(StandardCharsets.UTF_16LE), true));
        assertThrows(MalformedBody.class, () -> estimate("{\"messages\":" + "[".repeat(1_000_000)));
        assertThrows(MalformedBody.class, () -> estimate(user("[{\"input\":" + "[".repeat(1_000_000))));
    }

    @Test
    void whatIsNestedAsDeepAsIsAllowedIsCounted() {
        int depth = Json.MAX_DEPTH / 2 - 5;
        String nested = "[{\"content\":".repeat(depth) + quoted(WORDS) + "}]".repeat(depth);
        assertEquals(estimate(user(quoted(WORDS))), estimate(user(nested)));
    }

    @Test
    void noWrongTypeAnywhereDoesMoreThanLowerTheCount() throws Exception {
        String body = """
                {"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
                "messages":[{"role":"user","content":[
                    {"type":"image","source":{"type":"base64","data":"iVBORw0K"}},
                    {"type":"document","source":{"type":"text","data":"words"}},
                    {"type":"tool_result","content":[{"type":"tool_reference","tool_name":"t"}]}]},
                  {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
                    {"type":"tool_use","name":"n","input":{"a":1.5}}]}],
                "tools":[{"name":"t","description":"d","input_schema":{},"defer_loading":true}],
                "output_config":{"format":{}}}""";
        JsonNode request = Json.MAPPER.readTree(body);
        List<Consumer<JsonNode>> places = new ArrayList<>();
        collect(request, places);
        int counted = 0;
        for (String wrong : new String[] {"null", "5", "\"x\"", "[]", "{}", "true", "[null,1,\"x\",[[]],{}]"}) {
            for (Consumer<JsonNode> place : places) {
                place.accept(Json.MAPPER.readTree(wrong));
                try {
                    assertTrue(ESTIMATOR.estimate(Json.MAPPER.writeValueAsBytes(request), true) >= 0);
                    counted++;
                } catch (MalformedBody e) {
                    assertTrue(e.getMessage().startsWith("messages"), e.getMessage());
                }
                place.accept(null);
            }
        }
        assertTrue(counted > 200, "" + counted);
    }

    @Test
    void anyCutIsRefused() {
        String document = "[{\"type\":\"document\",\"source\":{\"type\":\"text\",\"data\":\"words\"}}]";
        String body = withTools(WEATHER.formatted(""), document);
        for (int end = 0; end < body.length(); end++) {
            String cut = body.substring(0, end);
            assertThrows(MalformedBody.class, () -> estimate(cut), cut);
        }
    }

    /** Puts a value in place of each member and element; null puts the old one back. */
    private static void collect(JsonNode node, List<Consumer<JsonNode>> places) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                JsonNode old = object.get(name);
                places.add(value -> object.set(name, value == null ? old : value));
                collect(old, places);
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                JsonNode old = array.get(at);
                places.add(value -> array.set(at, value == null ? old : value));
                collect(old, places);
            }
        }
    }

    private static void assertWithin(long real, long estimate) {
        assertTrue(estimate >= real && estimate <= real * 1.2, estimate + " for " + real);
    }

    private static String user(String content) {
        return conversation("{\"role\":\"user\",\"content\":" + content + "}");
    }

    private static String conversation(String... messages) {
        return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
    }

    private static String withTools(String tools, String content) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}],\"tools\":[" + tools + "]}";
    }

    private static String quoted(String text) {
        return new String(Json.quoted(text), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static long estimate(String body) {
        return ESTIMATOR.estimate(bytes(body), true);
    }
}
