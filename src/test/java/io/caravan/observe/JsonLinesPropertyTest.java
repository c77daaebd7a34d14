/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;

/** A line of the log is one line of JSON that says what was logged, whatever that is, and moves no terminal. */
class JsonLinesPropertyTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Property
    void whatIsLoggedIsRead(@ForAll("texts") String text, @ForAll long number, @ForAll boolean flag) throws IOException {
        String line = line(new EventMessage(text).field("text", text).field("number", number).field("flag", flag)
                .field("nothing", null).field("twice", "first").field("twice", text));
        JsonNode read = JSON.readTree(line);
        assertAll(
                () -> assertEquals(text, read.path("event").textValue()),
                () -> assertEquals(text, read.path("text").textValue()),
                () -> assertEquals(number, read.path("number").longValue()),
                () -> assertEquals(flag, read.path("flag").booleanValue()),
                () -> assertFalse(read.has("nothing")),
                () -> assertEquals(text, read.path("twice").textValue()),
                () -> assertEquals(line.length() - 1, line.chars().takeWhile(JsonLinesPropertyTest::isSeen).count()));
    }

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String line(EventMessage message) {
        byte[] line = new JsonLines().toByteArray(Log4jLogEvent.newBuilder().setLevel(Level.INFO).setLoggerName("io.caravan")
                .setMessage(message).build());
        return new String(line, StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> odd = Arbitraries.of("\u001b[2J", "\u0085", "\u2028", "\u202e", "\r\n", "\"", "\\", "\u0000", "é", "漢", "😀");
        Arbitrary<String> plain = Arbitraries.strings().ascii().ofMaxLength(20);
        return Arbitraries.oneOf(odd, plain).list().ofMaxSize(12).map(pieces -> String.join("", pieces));
    }
}
