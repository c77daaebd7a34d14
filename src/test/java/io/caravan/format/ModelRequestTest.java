/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.json.MalformedBody;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRequestTest {

    @Test
    void onlyATrueStreamIsAStream() {
        assertTrue(read("{\"model\":\"m\",\"stream\":true}").stream());
        for (String other : new String[] {"false", "null", "\"true\"", "1", "{}"}) {
            assertFalse(read("{\"model\":\"m\",\"stream\":" + other + "}").stream(), other);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | empty", "[] | object", "null | object", "{} | model: Field required", "{\"model\":5} | model: Input should be",
        "{\"model\":\"m\" | not valid JSON", "{\"model\":\"m\"}{} | more than one", "hello | not valid JSON",
        "{\"model\":\"m\",} | not valid JSON", "\uFEFF{\"model\":\"m\"} | UTF-8",
    })
    void whatIsNoRequestIsRefusedInWords(String body, String words) {
        String message = assertThrows(MalformedBody.class, () -> read(body)).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void utf16IsRefused() {
        byte[] body = "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_16LE);
        assertThrows(MalformedBody.class, () -> ModelRequest.read(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void aMillionDeepIsRefusedWithoutAStackOverflow(String open) {
        String deep = "{\"model\":\"m\",\"x\":" + open.repeat(1_000_000);
        assertThrows(MalformedBody.class, () -> read(deep));
    }

    @Test
    void aStringOfTwentyFiveMegabytesIsRead() {
        assertEquals("m", read("{\"x\":\"" + "a".repeat(25_000_000) + "\",\"model\":\"m\"}").model());
    }

    private static ModelRequest read(String json) {
        return ModelRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
