/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.PublicUrl;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesBodyTest {

    @Property(tries = 5000)
    void aBrokenRequestIsTheClientsFaultOrNone(@ForAll long seed) throws Exception {
        byte[] request = new RandomChats(seed).broken();
        for (String kind : new String[] {"adaptive", "small"}) {
            try {
                assertTrue(Json.MAPPER.readTree(MessagesBody.of(ChatToMessages.tree(request), "m", Traits.of(kind)).body()).isObject());
            } catch (MalformedBody e) {
                assertFalse(e.getMessage().isBlank());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{} {}", "\"x\"",
        "{\"messages\":[{\"role\":\"assistant\","
            + "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"\\ud83d\\\"}\"}}]}]}"})
    void whatIsNoRequestIsMalformed(String body) {
        assertThrows(MalformedBody.class, () -> read(body));
    }

    @Test
    void nestingWithoutEndIsMalformed() {
        assertThrows(MalformedBody.class, () -> read("{\"messages\":" + "[".repeat(1_000_000)));
        assertThrows(MalformedBody.class, () -> read("{\"messages\":" + "{\"a\":".repeat(1_000_000)));
    }

    @Test
    void streamAndUsageAreRead() {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
        MessagesBody asked = read("{\"stream\":true,\"stream_options\":{\"include_usage\":true}," + messages + "}");
        MessagesBody plain = read("{\"stream\":null,\"stream_options\":null," + messages + "}");

        assertTrue(asked.stream() && asked.includeUsage());
        assertFalse(plain.stream() || plain.includeUsage());
        assertEquals(0, plain.dropped().size());
        assertThrows(MalformedBody.class, () -> read("{\"stream\":\"yes\"," + messages + "}"));
    }

    @Test
    void toolArgumentsStayAsTheModelWroteThem() {
        MessagesBody read = read("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\","
                + "\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\","
                + "\"arguments\":\"{\\\"n\\\": 1.10, \\\"e\\\": 1E5}\"}}]}]}");
        String body = new String(read.body(), StandardCharsets.UTF_8);

        assertTrue(body.contains("\"input\":{\"n\": 1.10, \"e\": 1E5}"), body);
    }

    @Test
    void assistantMessagesInARowAreOneTurnAndEachCallHasItsResult() throws Exception {
        assertEquals("user: text | assistant: tool_use a, text | user: tool_result a",
                turns("assistant a", "assistant -", "tool a"));
        assertEquals("user: text | assistant: tool_use a, tool_use b | user: tool_result b, tool_result a",
                turns("assistant a", "assistant b", "tool b", "tool a"));
        assertEquals("user: text | assistant: tool_use a | user: tool_result a | assistant: tool_use a_1 | user: tool_result a_1",
                turns("assistant a", "assistant a", "tool a"));
    }

    /** What becomes of messages behind one of the user's: their role, and the id of their call; - for one without. */
    private static String turns(String... messages) throws Exception {
        ArrayNode chat = Json.MAPPER.createArrayNode();
        chat.addObject().put("role", "user").put("content", "x");
        for (String message : messages) {
            String[] words = message.split(" ");
            ObjectNode node = chat.addObject().put("role", words[0]);
            if (words[0].equals("tool")) {
                node.put("tool_call_id", words[1]).put("content", "done");
            } else if (words[1].equals("-")) {
                node.put("content", "well");
            } else {
                node.putArray("tool_calls").addObject().put("id", words[1]).putObject("function").put("name", "f").put("arguments", "{}");
            }
        }
        List<String> turns = new ArrayList<>();
        for (JsonNode turn : Json.MAPPER.readTree(read("{\"messages\":" + chat + "}").body()).path("messages")) {
            List<String> blocks = new ArrayList<>();
            turn.path("content").forEach(block -> blocks.add(
                    (block.path("type").asText() + " " + block.path("id").asText() + block.path("tool_use_id").asText()).strip()));
            turns.add(turn.path("role").asText() + ": " + String.join(", ", blocks));
        }
        return String.join(" | ", turns);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://example.com/a.png|true", "https://93.184.216.34/a|true", "HTTPS://EXAMPLE.COM:8443/|true",
        "http://example.com/a.png|false", "https://localhost/a|false", "https://a.localhost/a|false",
        "https://printer/a|false", "https://127.0.0.1/a|false", "https://10.0.0.1/|false", "https://172.20.1.1/|false",
        "https://192.168.1.1/|false", "https://169.254.169.254/latest|false", "https://100.64.0.1/|false",
        "https://0177.0.0.1/|false", "https://2130706433/|false", "https://0x7f.1/|false", "https://127.1/|false",
        "https://[::1]/|false", "https://[fd00::1]/a|false", "https://u:p@example.com/|false",
        "https://metadata.google.internal/|false",
        "ftp://example.com/|false", "https:///a|false", "file:///etc/passwd|false", "https://127.0.0.1./|false",
        "https://exa mple.com/|false",
    })
    void onlyPublicHostsByHttps(String url, boolean fine) {
        assertEquals(fine, PublicUrl.is(url));
    }

    private static MessagesBody read(String json) {
        return MessagesBody.of(ChatToMessages.tree(json.getBytes(StandardCharsets.UTF_8)), "m", Traits.of("adaptive"));
    }
}
