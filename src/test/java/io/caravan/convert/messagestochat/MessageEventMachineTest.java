/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import static io.caravan.convert.messagestochat.Translated.delta;
import static io.caravan.convert.messagestochat.Translated.finish;
import static io.caravan.convert.messagestochat.Translated.sse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.convert.chattomessages.MessagesStreams;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.messages.MessagesGrammar;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class MessageEventMachineTest {

    private final MessageEventMachine machine = new MessageEventMachine(Translated.PLAIN);
    private final Bytes out = new Bytes(256);

    @Test
    void itTellsHowFarItHasCome() {
        give(": OPENROUTER PROCESSING\n\n");
        assertEquals("", said());
        give(sse(false, delta("\"role\":\"assistant\",\"content\":\"\"")));
        assertTrue(said().startsWith("event: message_start\n"));
        assertFalse(machine.content());
        give(sse(false, delta("\"content\":\"a\"")));
        assertTrue(machine.content());
        assertFalse(machine.ended());
        give(sse(false, finish("stop")));
        assertTrue(machine.ended());
        assertFalse(machine.stopped());
        assertEquals(Usage.UNKNOWN, machine.usage());
        give(sse(false, "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}"));
        assertEquals(new Usage(7, 2, 0, 0), machine.usage());
        give("data: [DONE]\n\n");
        assertTrue(machine.stopped());
        String all = said();
        give(sse(false, delta("\"content\":\"late\"")));
        machine.end(out);
        assertEquals(all, said());
        MessagesGrammar.whole(all);
    }

    /** S42 */
    @Test
    void eachDeltaIsSaidAtOnceAndNothingIsLost() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            int before = out.size();
            give(sse(false, delta("\"content\":\"" + (char) ('a' + i % 26) + "\"")));
            expected.append((char) ('a' + i % 26));
            assertTrue(out.size() > before);
        }
        give(sse(true, finish("stop")));
        assertEquals(expected.toString(), MessagesGrammar.whole(said()).content().path(0).path("text").asText());
    }

    /** Rule 12: a reset now must not make the client run half a call. */
    @Test
    void aToolIsNotClosedBeforeItsArgumentsAreWhole() {
        give(sse(false, delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"A\",\"arguments\":\""
                + "{\\\"x\\\":\"}}]"),
                delta("\"content\":\"meanwhile\"")));
        assertFalse(said().contains("content_block_stop"));
        assertFalse(said().contains("meanwhile"));
        give(sse(false, delta("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]")));
        assertTrue(said().contains("content_block_stop"));
        assertTrue(said().contains("meanwhile"));
    }

    @Test
    void whatASurrogatePairIsSplitOverIsPutTogether() {
        Translated translated = Translated.of(sse(true, delta("\"c"
                + "ontent\":\"a\\ud83d\""), delta("\"content\":\"\\ude00b\\ud83d\""),
                finish("stop")));
        assertEquals("a😀b\uFFFD", MessagesGrammar.whole(translated.events()).content().path(0).path("text").asText());
    }

    @Test
    void twoChunksInOneEventAndAChunkOverSeveralLinesAreRead() {
        Translated translated = Translated.of("data: " + delta("\"content\":\"a\"") + "\ndata: " + delta("\"content\":\"b\"")
                + "\n\ndata: {\"choices\":\ndata: [{\"delta\":{\"content\":\"c\"},\ndata:"
                + " \"finish_reason\":\"stop\"}]}\n\n");
        assertNull(translated.error());
        assertEquals("abc", MessagesGrammar.whole(translated.events()).content().path(0).path("text").asText());
    }

    @Test
    void aSignatureThatIsRepeatedMakesNoSecondBlock() {
        String signature = delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\",\"signature\":\"s\"}]");
        Translated translated = Translated.of(sse(true, delta("\"reasoning\":\"a\""), signature, signature, finish("stop")));
        assertEquals("[{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"s\"}]",
                MessagesGrammar.whole(translated.events()).content().toString());
    }

    @Test
    void anotherIdAtTheSameIndexIsAnotherCallEvenIfTheFirstHasNoArguments() {
        String first = delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"A\",\"arguments\":\"\"}}]");
        Translated translated = Translated.of(sse(true, first, first.replace("\"a\"", "\"b\""), finish("tool_calls")));
        MessagesGrammar message = MessagesGrammar.whole(translated.events());
        assertEquals("a", message.content().path(0).path("id").asText());
        assertEquals("b", message.content().path(1).path("id").asText());
    }

    /** S34 */
    @Test
    void aSecondChoiceInTheSameChunkLeavesNothingBehind() {
        Translated translated = Translated.of(sse(true, "{\"choices\":[{\"delta\":{\"content\":\"x\",\"refusal\":\"y\"},"
                + "\"finish_reason\":\"stop\",\"index\":1},{\"delta\":{\"content\":\"a\"},\"index\":0}]}", finish("stop")));
        MessagesGrammar message = MessagesGrammar.whole(translated.events());
        assertEquals("a", message.content().path(0).path("text").asText());
        assertEquals("end_turn", message.stopReason());
    }

    @Test
    void aCallWithoutANameIsTheUpstreamsFault() {
        Translated translated = Translated.of(sse(true,
                delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\""
                        + "{\\\"x\\\":1}\"}}]"), finish("tool_calls")));
        assertEquals(500, translated.error().status());
        assertFalse(MessagesGrammar.begun(translated.events()).ended());
    }

    @Test
    void theJsonToolGivesTextEvenIfTheModelWritesInsteadOfCalling() {
        AnswerContext context = Translated.context(false, false, true);
        Translated written = Translated.of(sse(true, delta("\"content\":\""
                + "{\\\"a\\\":\""), delta("\"content\":\"1}\""), finish("stop")), context);
        assertEquals("{\"a\":1}", MessagesGrammar.whole(written.events()).content().path(0).path("text").asText());

        Translated empty = Translated.of(sse(true, delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":"
                + "\"json_output\",\"arguments\":\"{}\"}}]"), finish("tool_calls")), context);
        MessagesGrammar message = MessagesGrammar.whole(empty.events());
        assertEquals("{}", message.content().path(0).path("text").asText());
        assertEquals("end_turn", message.stopReason());
    }

    @Test
    void anErrorBehindTheFinishReasonIsNoCleanEnd() {
        give(sse(false, delta("\"content\":\"a\""), finish("stop")));
        Failure error = Assertions.assertThrows(Failure.class,
                () -> give(sse(false, "{\"error\":{\"message\":\"Overloaded\",\"type\":\"overloaded_error\""
                        + ",\"code\":null}}")));
        assertEquals("overloaded_error", error.eventType(true));
        assertFalse(machine.stopped());
    }

    private void give(String sse) {
        MessagesStreams.feed(machine, sse.getBytes(StandardCharsets.UTF_8), out);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
