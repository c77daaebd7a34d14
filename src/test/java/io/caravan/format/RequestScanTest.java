/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is read as Jackson reads it: the same bodies are refused, and in the others the same members found. */
class RequestScanTest {

    private static final byte[] REALISTIC = utf8("{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"public record Point(int x) {\\n\\n    /** \u2014 \\\"dx\\\" \uD83D\uDC2A */\\n}\\n\","
            + "\"cache_control\":{\"type\":\"ephemeral\"}}]},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
            + "\"toolu_1\",\"name\":\"Read\",\"input\":{\"file_path\":\"/src/\\u00fc.java\",\"limit\":200,\"ratio\":-1.5e-3}}]}],"
            + "\"system\":[{\"type\":\"text\",\"text\":\"\u4f60\u597d, be brief.\"}],\"tools\":[{\"name\":\"Read\",\"input_schema\":"
            + "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"properties\":{\"file_path\":"
            + "{\"type\":\"string\"}},\"required\":[\"file_path\"],\"additionalProperties\":false}}],\"metadata\":{\"user_id\":"
            + "\"{\\\"device_id\\\":\\\"4f2a\\\"}\"},\"max_tokens\":32000,\"thinking\":null,\"stream\":true}");

    @Property(tries = 3000)
    void anyObject(@ForAll long seed) {
        assertReadAsByJackson(new RandomJson(seed).object());
    }

    @Property(tries = 3000)
    void anyObjectSpoilt(@ForAll long seed) {
        RandomJson random = new RandomJson(seed);
        assertReadAsByJackson(random.spoilt(random.object()));
    }

    @Property(tries = 3000)
    void aRequestSpoilt(@ForAll long seed) {
        assertReadAsByJackson(new RandomJson(seed).spoilt(REALISTIC));
    }

    @Test
    void aRequestCutShortAnywhere() {
        assertNotNull(JacksonReading.of(REALISTIC));
        for (int length = 1; length <= REALISTIC.length; length++) {
            assertReadAsByJackson(Arrays.copyOf(REALISTIC, length));
        }
    }

    @Test
    void anyByteAnywhereInAString() {
        for (int place = 0; place < 20; place++) {
            for (int odd = 0; odd < 256; odd++) {
                byte[] text = utf8("\"nothing odd in here\"");
                text[place] = (byte) odd;
                assertReadAsByJackson(around(text));
                text[20 - place] = (byte) odd;
                assertReadAsByJackson(around(text));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "7", "-10", "0.5", "-0.0", "1e5", "1E5", "1e+5", "1e-5", "0e0", "1.5E-07", "1e999999999",
        "true", "false", "null", "\"\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\\uaBcD\\uFFFF\"", "\"\\ud83d\\ude00\"",
        "\"\\ud800\"", "\"\u007f/'\"", "{}", "[]", "[[],{}]", "{\"\\\\ud800\":1}", "{\"\\uD83D\\uDE00\":1}", " [ 1 , { \"\" : [ ] } ]\t\r\n ", "{\"a\":1,\"a\":2}"})
    void isAccepted(String value) {
        byte[] body = around(utf8(value));
        assertReadAsByJackson(body);
        assertEquals("m", ModelRequest.scan(body).model());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", "-01", "00", "-", "--1", "+1", ".5", "-.5", "1.", "1.e5", "1e", "1e+", "1ee5", "1.5.5", "0x10",
        "1_0", "1f", "NaN", "Infinity", "-Infinity", "-INF", "True", "tru", "truee", "true1", "nul", "nulll", "undefined", "'a'",
        "\"", "\"a", "\"\\\"", "\"\\a\"", "\"\\'\"", "\"\\\n\"", "\"\\U0041\"", "\"\\u\"", "\"\\u004\"", "\"\\u004g\"",
        "\"\\u00\u0664\"", "\"\\u 041\"", "\"\n\"", "\"\t\"", "\"\u0000\"", "\"\u001f\"", "[", "]", "{", "[,]", "[1,]", "[,1]", "[1 2]",
        "[1,,2]", "[1}", "{]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\" 1}", "{:1}", "{a:1}", "{'a':1}", "{1:1}",
        "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\"::1}", "{\"a\n\":1}", "{\"a\\x\":1}", "{\"\\ud800\":1}",
        "{\"\\udc00\":1}", "{\"\\ud800\\n\":1}", "{\"\\ud800\\ud800\":1}", "1 2", "1,2", "\"a\"\"b\"", "[1]2",
        "//\n1", "/**/1", "#\n1", "1/**/", "\f1", "\u000b1", "\u00a01", "\u20281", "\ufeff1", "\u001e1", "1\u0000", "true\u00e9"})
    void isRefused(String value) {
        byte[] body = around(utf8(value));
        assertNull(JacksonReading.of(body), value);
        assertTrue(refusal(body).contains("is not valid JSON (near byte "), value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "efbbbf", "f0908080", "f48fbfbf"})
    void wellFormedUtf8IsAccepted(String hex) {
        for (byte[] body : inNameAndStrings(hex)) {
            assertNotNull(ModelRequest.scan(body));
            assertReadAsByJackson(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "bf", "f8", "ff", "fe", "f888808080", "c2", "c27f", "c2c2", "c2c0", "e0a0", "e0a07f", "e0a0c0", "e28228",
        "f09080", "f0908028", "f09080c0", "eda080", "edafbf", "edbfbf", "eda0bdedb880"})
    void brokenUtf8IsRefused(String hex) {
        for (byte[] body : inNameAndStrings(hex)) {
            assertNull(JacksonReading.of(body));
            assertTrue(refusal(body).contains("is not valid JSON (near byte "));
        }
    }

    /** Readers differ in what these mean; one that takes c0a2 for a quote would read another request than the gateway. */
    @ParameterizedTest
    @ValueSource(strings = {"c080", "c0a2", "c1bf", "e08080", "e09fbf", "f0808080", "f08fbfbf",
        "f4908080", "f5808080", "f7bfbfbf"})
    void overlongFormsAndWhatIsBeyondUnicodeAreRefusedThoughJacksonTakesThem(String hex) {
        for (byte[] body : inNameAndStrings(hex)) {
            assertNotNull(JacksonReading.of(body));
            assertTrue(refusal(body).contains("is not valid JSON (near byte "));
        }
    }

    @Test
    void theLimitsAreThoseOfTheParser() {
        assertLimit("9".repeat(1000), "9".repeat(1001));
        assertLimit("-" + "9".repeat(1000), "-1" + "0".repeat(1000));
        assertLimit("1." + "9".repeat(990) + "e-123456789", "1." + "9".repeat(991) + "e-123456789");
        assertLimit("[".repeat(499) + "]".repeat(499), "[".repeat(500) + "]".repeat(500));
        assertLimit("{\"a\":".repeat(499) + "1" + "}".repeat(499), "{\"a\":".repeat(500) + "1" + "}".repeat(500));
        assertLimit("[{},[{}," + "[".repeat(497) + "]".repeat(497) + "]]", "[{},[{}," + "[".repeat(498) + "]".repeat(498) + "]]");
        assertLimit("{\"" + "n".repeat(50_000) + "\":1}", "{\"" + "n".repeat(50_001) + "\":1}");
        assertLimit("1,\"" + "\u00e9".repeat(25_000) + "\":1", "1,\"" + "\u00e9".repeat(25_000) + "n\":1");
    }

    @Test
    void aNameIsMeasuredAsItStandsThoughJacksonDecodesItBefore() {
        String within = "\\u00e9".repeat(8333);
        assertReadAsByJackson(around(utf8("{\"" + within + "\":1}")));
        assertNotNull(JacksonReading.of(around(utf8("{\"" + within + "\\u00e9\":1}"))));
        assertTrue(refusal(around(utf8("{\"" + within + "\\u00e9\":1}"))).contains("is nested too deeply"));
    }

    private static void assertLimit(String within, String beyond) {
        assertReadAsByJackson(around(utf8(within)));
        assertNotNull(ModelRequest.scan(around(utf8(within))));
        assertNull(JacksonReading.of(around(utf8(beyond))));
        assertEquals("The request body is nested too deeply, or holds a number that is too long.",
                refusal(around(utf8(beyond))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"model\":\"m\",} | The request body is not valid JSON (near byte 13).",
        "{\"model\":\"m\" | The request body is not valid JSON (near byte 12).",
        "{\"model\":\"m\"}} | The request body is not valid JSON (near byte 13).",
        "{\"model\":\"m\\x\"} | The request body is not valid JSON (near byte 12).",
        "{\"model\":truth} | The request body is not valid JSON (near byte 12).",
        "hello | The request body is not valid JSON (near byte 0).",
        "{\"model\":\"m\"} {} | The request body holds more than one JSON value.",
        "{\"model\":\"m\"}1 | The request body holds more than one JSON value.",
        "{\"model\":[\"m\"]} | model: Input should be a valid string",
        "\"{}\" | The request body must be a JSON object.",
    })
    void theRefusalSaysWhatAndWhere(String body, String words) {
        assertEquals(words, refusal(utf8(body)));
        assertNull(JacksonReading.of(utf8(body)));
    }

    @Test
    void namesAndTheModelMayHaveEscapes() {
        ModelRequest request = ModelRequest.scan(utf8(
                "{\"mod\\u0065l\":\"\\ud83d\\ude00 \\\"a\\/b\\\\\\n\\u00fc\u00fc\",\"\\u0073tream\":true}"));
        assertEquals("\uD83D\uDE00 \"a/b\\\n\u00fc\u00fc", request.model());
        assertTrue(request.stream());
    }

    private static void assertReadAsByJackson(byte[] body) {
        JacksonReading expected = JacksonReading.strictly(body);
        String shown = new String(body, StandardCharsets.UTF_8);
        if (expected == null) {
            assertThrows(MalformedBody.class, () -> ModelRequest.scan(body), shown);
            return;
        }
        ModelRequest request = ModelRequest.scan(body);
        assertEquals(expected.model() != null, request.has("model"), shown);
        assertEquals(Objects.requireNonNullElse(expected.model(), ""), request.model(), shown);
        assertEquals(expected.stream(), request.stream(), shown);
        List<String> names = new ArrayList<>();
        request.without(name -> !names.add(name));
        assertEquals(expected.members().stream().map(JacksonReading.Member::name).toList(), names, shown);
        for (int member = 0; member < names.size(); member++) {
            assertEquals(keyStarts(expected.members(), member), places(request.without(upTo(member))), shown);
            String name = names.get(member);
            assertEquals(expected.members().stream().filter(each -> each.name().equals(name))
                    .map(each -> each.valueStart() + "-" + each.valueEnd()).toList(), places(request.withNumber(name, 0)), shown);
        }
    }

    /** The cut from the first name to the one behind {@code last}: it shows where that one begins. */
    private static List<String> keyStarts(List<JacksonReading.Member> members, int last) {
        Edit.MemberCuts cuts = new Edit.MemberCuts();
        for (int i = 0; i < members.size(); i++) {
            cuts.member(i <= last, members.get(i).keyStart(), members.get(i).valueEnd());
        }
        return places(cuts.finish());
    }

    private static Predicate<String> upTo(int last) {
        int[] count = {0};
        return name -> count[0]++ <= last;
    }

    private static List<String> places(List<Edit> edits) {
        return edits.stream().map(edit -> edit.start() + "-" + edit.end()).toList();
    }

    private static String refusal(byte[] body) {
        return assertThrows(MalformedBody.class, () -> ModelRequest.scan(body),
                () -> new String(body, StandardCharsets.UTF_8)).getMessage();
    }

    private static byte[] around(byte[] value) {
        return joined(utf8("{\"model\":\"m\",\"x\":"), value, utf8("}"));
    }

    private static List<byte[]> inNameAndStrings(String hex) {
        byte[] odd = HexFormat.of().parseHex(hex);
        return List.of(around(joined(utf8("\""), odd, utf8("\""))), around(joined(utf8("[{\"a"), odd, utf8("b\":1}]"))),
                joined(utf8("{\"model\":\"a"), odd, utf8("b\"}")), joined(utf8("{\""), odd, utf8("\":1}")));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
