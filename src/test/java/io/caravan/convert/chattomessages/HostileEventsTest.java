/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.convert.Translator;
import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream's bytes may be anything: what comes of them is an answer or a failure. */
class HostileEventsTest {

    private final Translator.Answers messages = ChatToMessages.answers("m", true, false);
    private final Translator.Answers chat = MessagesToChat.answers("m");

    @Property(tries = 1000)
    void damagedMessages(@ForAll long seed) {
        RandomMessages message = new RandomMessages(seed);
        byte[] events = damaged(message.events(), seed);
        byte[] whole = damaged(message.whole(), seed);
        assertDoesNotThrow(() -> MessagesStreams.translated(messages.stream(), events, 100));
        assertDoesNotThrow(() -> MessagesStreams.translated(chat.stream(), events, 100));
        translatedOrRefused(() -> messages.answer(whole));
        translatedOrRefused(() -> chat.answer(whole));
    }

    private static void translatedOrRefused(Runnable translation) {
        try {
            translation.run();
        } catch (Failure e) {
            assertTrue(e.status() >= 400, e.toString());
        }
    }

    /** A few bytes of JSON's own replaced by others of them. */
    private static byte[] damaged(byte[] bytes, long seed) {
        byte[] signs = "{}[]\",:0-ntf\\\n ".getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(~seed);
        byte[] damaged = bytes.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            damaged[random.nextInt(damaged.length)] = signs[random.nextInt(signs.length)];
        }
        return damaged;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{}", "<html>", "{\"content\":[]}",
        "{\"content\":{},\"stop_reason\":\"end_turn\"}",
        "{\"content\":[{\"type\":\"tool_use\"}],\"stop_reason\":\"end_turn\"}", "{\"type\":\"error\"}"})
    void whatIsNoMessageIsAnError(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        assertEquals(500, assertThrows(Failure.class, () -> messages.answer(bytes)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"type\":\"message_start\",\"message\":null}", "{\"type\":\"message_start\",\"message\":{\"id\":1,\"usage\":[]}}",
        "{\"type\":\"content_block_delta\",\"index\":\"x\",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":1}}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":1},\"usage\":{\"output_tokens\":99999999999999999999}}",
        "{\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":\"text\",\"text\":null}}",
        "{\"type\":\"content_block_stop\",\"index\":7}", "{\"type\":null,\"delta\":[]}", "{}"})
    void oddEventsOfTheFormatAreBorne(String event) {
        byte[] events = ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
        String out = MessagesStreams.translated(messages.stream(), events, 100);

        assertEquals(1, out.split("stream ended before", -1).length - 1, out);
    }
}
