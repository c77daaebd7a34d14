/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.Translator;
import io.caravan.format.Usage;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every message that is streamed to an OpenAI client (S38). */
class MessagesToChatPropertiesTest {

    /** An event whose JSON is whole counts, also without the blank line behind it. */
    private static final int BLANK_LINE = 2;
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final CompletionAnswers translation = new CompletionAnswers("client-model", true, false, CLOCK);

    @Property(tries = 300)
    void theChunksSayWhatTheWholeMessageSays(@ForAll long seed) throws Exception {
        RandomMessages messages = new RandomMessages(seed);
        Translator.Stream stream = translation.stream();
        ReadChunks chunks = new ReadChunks(MessagesStreams.translated(stream, messages.events(), Integer.MAX_VALUE));
        JsonNode completion = Json.MAPPER.readTree(translation.answer(messages.whole()).body());

        assertSame(completion, chunks);
        assertEquals(new Usage(7, 9, 0, 0), stream.usage());
        assertTrue(stream.ended());
    }

    // S35
    @Property(tries = 300)
    void aCompletionAsAStreamSaysTheSame(@ForAll long seed) throws Exception {
        byte[] message = new RandomMessages(seed).whole();
        byte[] streamed = new CompletionAnswers("client-model", true, true, CLOCK).answer(message).body();

        assertSame(Json.MAPPER.readTree(translation.answer(message).body()),
                new ReadChunks(new String(streamed, StandardCharsets.UTF_8)));
    }

    @Property(tries = 200)
    void itDoesNotMatterHowTheBytesArrive(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int most) {
        byte[] events = new RandomMessages(seed).events();

        assertEquals(MessagesStreams.translated(translation.stream(), events, Integer.MAX_VALUE),
                MessagesStreams.translated(translation.stream(), events, most));
    }

    // E51
    @Property(tries = 300)
    void aCutStreamEndsWithAnErrorAndNeverWithTheMark(@ForAll long seed,
            @ForAll @IntRange(min = 0, max = 10_000) int where) {
        RandomMessages messages = new RandomMessages(seed);
        byte[] cut = Arrays.copyOf(messages.events(), where % (messages.finishedAt() - BLANK_LINE));
        String out = MessagesStreams.translated(translation.stream(), cut, Integer.MAX_VALUE);

        assertFalse(out.contains("[DONE]"));
        assertTrue(out.substring(out.lastIndexOf("data: ")).startsWith("data: {\"error\":{"), out);
    }

    private static void assertSame(JsonNode completion, ReadChunks chunks) throws Exception {
        JsonNode choice = completion.path("choices").get(0);
        JsonNode message = choice.path("message");
        assertEquals(message.path("content").asText(""), chunks.content.toString());
        assertEquals(message.path("reasoning_content").asText(), chunks.reasoning.toString());
        StringBuilder signatures = new StringBuilder();
        message.path("thinking_blocks").forEach(
                block -> signatures.append(block.path("signature").asText()).append(block.path("data").asText()));
        assertEquals(signatures.toString(), chunks.signatures.toString());
        JsonNode calls = message.path("tool_calls");
        assertEquals(calls.size(), chunks.calls.size());
        for (int i = 0; i < calls.size(); i++) {
            assertEquals(calls.get(i).path("id"), chunks.calls.get(i).path("id"));
            assertEquals(calls.get(i).path("function").path("name"), chunks.calls.get(i).path("function").path("name"));
            assertEquals(calls.get(i).path("function").path("arguments").asText(), chunks.arguments.get(i).toString());
        }
        assertEquals(choice.path("finish_reason").asText(), chunks.finish);
        assertEquals(completion.path("usage"), chunks.usage);
        assertTrue(chunks.done);
    }
}
