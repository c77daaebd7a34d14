/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.anthropic.core.ObjectMappers;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.caravan.failure.Failure;
import io.caravan.format.messages.EventFrames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the golden answers become, read with the official Java SDK's types, which check every member. */
class AnswerInClientTypesTest {

    @ParameterizedTest
    @MethodSource("io.caravan.convert.messagestochat.ChatAnswerGoldenTest#answers")
    void aMessageAndTheStreamOfItReadTheSame(Path answer) throws IOException {
        MessageAnswers translation = new MessageAnswers(Translated.PLAIN, false);
        byte[] body;
        try {
            body = translation.answer(Files.readAllBytes(answer)).body();
        } catch (Failure e) {
            return;
        }
        Message message = ObjectMappers.jsonMapper().readValue(body, Message.class).validate();
        assertEquals("claude-alias", message.model().asString());
        Message streamed = accumulated(new String(EventFrames.ofMessage(body), StandardCharsets.UTF_8));
        assertEquals(message.content().toString(), streamed.content().toString());
        assertEquals(message.stopReason(), streamed.stopReason());
        assertEquals(message.usage().outputTokens(), streamed.usage().outputTokens());
    }

    @ParameterizedTest
    @MethodSource("io.caravan.convert.messagestochat.ChatAnswerGoldenTest#streams")
    void aStreamAddsUpToAMessage(Path chunks) throws IOException {
        Translated translated = Translated.of(Files.readString(chunks));
        if (translated.error() == null && !chunks.toString().contains("length-in-the-middle")) {
            assertEquals("claude-alias", accumulated(translated.events()).model().asString());
        }
    }

    private static Message accumulated(String events) throws IOException {
        MessageAccumulator accumulator = MessageAccumulator.create();
        for (String frame : events.split("\n\n")) {
            String data = frame.substring(frame.indexOf("data: ") + 6);
            accumulator.accumulate(ObjectMappers.jsonMapper().readValue(data, RawMessageStreamEvent.class).validate());
        }
        return accumulator.message().validate();
    }
}
