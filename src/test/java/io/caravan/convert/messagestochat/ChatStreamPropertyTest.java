/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.Failure;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessagesGrammar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ChatStreamPropertyTest {

    private static final String[] JUNK = {"nul"
            + "l", "\"\"", "\"x\"", "0", "-1", "1e400", "99999999999999999999", "true", "[]", "{}",
            "[[]]", "[null]", "[{}]", "{\"type\":5}", "[{\"type\":\"reasoning\",\"summary\":\"x\"}]", "\"\\ud83d\""};
    private static final String SAMPLE = "{\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\""
            + ",\"content\":\"a\","
            + "\"refusal\":\"r\",\"reasoning\":\"r\",\"reasoning_details\":[{\"type\":\"reasoning.text\""
            + ",\"text\":\"r\",\"index\":0,"
            + "\"signature\":\"s\"}],\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"r\",\"signature\":\"s\"}],"
            + "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"n\""
            + ",\"arguments\":\"{}\"}}],"
            + "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"u\",\"title\":\"t\"}}]},"
            + "\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":1}}}";

    /** S01, S06, S07: the blocks are those of the answer, whatever the pieces and their order. */
    @Property(tries = 500)
    void anyAnswerComesOutWholeAndInOrder(@ForAll long seed) {
        RandomAnswer answer = new RandomAnswer(seed);
        Translated translated = Translated.of(answer.bytes(), Translated.PLAIN, () -> Integer.MAX_VALUE);
        assertNull(translated.error());
        MessagesGrammar message = MessagesGrammar.whole(translated.events());
        assertEquals(answer.content, message.content());
        assertEquals(answer.toolJson, message.toolJson());
        assertEquals(answer.toolJson.isEmpty() ? "end_turn" : "tool_use", message.stopReason());
        assertTrue(translated.translator().stopped());
    }

    /** S17 */
    @Property(tries = 200)
    void anyChunkingGivesTheSameEvents(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int largest) {
        byte[] sse = new RandomAnswer(seed).bytes();
        Random random = new Random(seed);
        assertEquals(Translated.of(sse, Translated.PLAIN, () -> Integer.MAX_VALUE).events(),
                Translated.of(sse, Translated.PLAIN, () -> 1 + random.nextInt(largest)).events());
    }

    /** E22, E23, rule 10 and rule 12. */
    @Property(tries = 500)
    void aCutStreamNeverEndsCleanlyNorClosesHalfATool(@ForAll long seed) {
        RandomAnswer answer = new RandomAnswer(seed);
        int cut = new Random(seed).nextInt(answer.finished());
        Translated translated = Translated.of(Arrays.copyOf(answer.bytes(), cut), Translated.PLAIN, () -> Integer.MAX_VALUE);
        assertNotNull(translated.error());
        assertEquals("api_error", translated.error().type());
        MessagesGrammar message = MessagesGrammar.begun(translated.events());
        assertFalse(message.ended());
        assertEquals(answer.toolJson.subList(0, message.toolJson().size()), message.toolJson());
    }

    /** E28: nothing an upstream sends is more than an error of its own. */
    @Property(tries = 2000)
    void anythingInAChunkIsReadOrRefusedAndNeverBreaksTheGrammar(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        String first = mutated(random).toString();
        String second = mutated(random).toString();
        Translated translated = Translated.of(Translated.sse(true, first, second, Translated.finish("stop")));
        if (translated.error() == null) {
            MessagesGrammar.whole(translated.events());
        } else {
            assertFalse(MessagesGrammar.begun(translated.events()).ended());
        }
    }

    /** The same for a whole answer. */
    @Property(tries = 2000)
    void anythingInAnAnswerIsReadOrRefused(@ForAll long seed) throws IOException {
        ObjectNode answer = (ObjectNode) mutated(new Random(seed));
        if (answer.path("choices").path(0) instanceof ObjectNode choice && choice.has("delta")) {
            choice.set("message", choice.remove("delta"));
            choice.put("finish_reason", "stop");
        }
        try {
            byte[] given = answer.toString().getBytes(StandardCharsets.UTF_8);
            byte[] body = new MessageAnswers(Translated.PLAIN, false).answer(given).body();
            assertTrue(Json.MAPPER.readTree(body).path("content").isArray());
        } catch (Failure e) {
            assertTrue(e.status() >= 400, e.toString());
        }
    }

    private static JsonNode mutated(Random random) throws IOException {
        JsonNode root = Json.MAPPER.readTree(SAMPLE);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            JsonNode at = root;
            for (int depth = random.nextInt(7); depth > 0 && at.size() > 0; depth--) {
                int which = random.nextInt(at.size());
                JsonNode next = at.isArray() ? at.get(which) : at.get(member(at, which));
                at = next.isContainerNode() ? next : at;
            }
            JsonNode junk = Json.MAPPER.readTree(JUNK[random.nextInt(JUNK.length)]);
            if (at instanceof ArrayNode array) {
                array.add(junk);
            } else if (at.size() > 0) {
                int which = random.nextInt(at.size());
                ((ObjectNode) at).set(member(at, which), junk);
            }
        }
        return root;
    }

    private static String member(JsonNode node, int which) {
        return node.properties().stream().skip(which).findFirst().orElseThrow().getKey();
    }
}
