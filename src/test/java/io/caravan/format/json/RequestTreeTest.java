/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RequestTreeTest {

    private static final String LONG = "QUJD".repeat(2000);

    private static JsonNode read(String json) {
        return RequestTree.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String write(JsonNode tree) {
        return new String(RequestTree.write(tree, 16), StandardCharsets.UTF_8);
    }

    @Test
    void longDataStaysBytes() throws IOException {
        JsonNode tree = read("{\"source\" : {\"data\" :\"" + LONG + "\" , \"url\":\"data:x," + LONG + "\",\"text\":\"" + LONG
                + "\"},\"after\":[1,\"ü\"]}");
        JsonNode source = tree.get("source");

        assertNotNull(RawText.of(source.get("data")));
        assertNotNull(RawText.of(source.get("url")));
        assertNull(RawText.of(source.get("text")));
        assertEquals(LONG, RawText.text(source.get("data")));
        assertTrue(RawText.startsWith(source.get("url"), "data:x"));
        assertEquals("{\"source\":{\"data\":\"" + LONG + "\",\"url\":\"data:x," + LONG + "\",\"text\":\"" + LONG
                + "\"},\"after\":[1,\"ü\"]}", write(tree));
        assertEquals(Json.MAPPER.readTree(write(tree)), Json.MAPPER.readTree(tree.toString()));
    }

    @Test
    void escapesInLongDataAreDecodedWhenAsked() {
        String escaped = "a\\\"b\\\\c\\u00fc\\n" + LONG;
        JsonNode data = read("{\"data\":\"" + escaped + "\"}").get("data");

        assertEquals("a\"b\\cü\n" + LONG, RawText.text(data));
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.set("x", RawText.prefixed("data:image/png;base64,", data));
        tree.put("y", 1);
        assertEquals("{\"x\":\"data:image/png;base64," + escaped + "\",\"y\":1}", write(tree));
        assertEquals("data:image/png;base64,a\"b\\cü\n" + LONG, RawText.text(tree.get("x")));
    }

    @Test
    void theLastOfSeveralMembersCounts() {
        assertEquals("{\"a\":2}", write(read("{\"a\":1,\"a\":2}")));
    }

    @Test
    void numbersKeepTheirDigits() {
        String numbers = "[1,-1,3000000000,123456789012345678901234567890,1.50,0.1000000000000000055511151231257827]";

        assertEquals(numbers, write(read(numbers)));
        assertEquals("[1E+400]", write(read("[1e400]")));
    }

    @Test // M68
    void aLargeImageIsNotDecoded() {
        byte[] body = ("{\"data\":\"" + "QUJD".repeat(5 * 1024 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);

        JsonNode tree = RequestTree.read(body);

        assertNotNull(RawText.of(tree.get("data")));
        assertArrayEquals(body, RequestTree.write(tree, body.length));
    }

    @Property(tries = 300)
    void whatIsReadIsWhatIsWritten(@ForAll long seed) throws IOException {
        JsonNode tree = tree(new Random(seed), 4);
        byte[] body = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);

        assertEquals(tree, Json.MAPPER.readTree(RequestTree.write(RequestTree.read(body), 16)));
    }

    private static JsonNode tree(Random random, int depth) {
        switch (random.nextInt(depth == 0 ? 4 : 8)) {
            case 0 -> {
                return Json.MAPPER.getNodeFactory().textNode("short \"\\ ü 😀" + random.nextInt());
            }
            case 1 -> {
                return Json.MAPPER.getNodeFactory().textNode(new String[] {"", "data:", "\"\\ü"}[random.nextInt(3)] + LONG);
            }
            case 2 -> {
                return Json.MAPPER.getNodeFactory().numberNode(random.nextInt());
            }
            case 3 -> {
                return Json.MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
            }
            case 4, 5 -> {
                ArrayNode array = Json.MAPPER.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(tree(random, depth - 1));
                }
                return array;
            }
            default -> {
                ObjectNode object = Json.MAPPER.createObjectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(new String[] {"data", "url", "text", "ü\""}[random.nextInt(4)], tree(random, depth - 1));
                }
                return object;
            }
        }
    }
}
