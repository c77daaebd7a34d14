/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.convert.Translator;
import io.caravan.convert.chattomessages.MessagesStreams;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedAnswersTest {

    private static final String ROLE = chunk("\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null");
    private static final String TEXT = chunk("\"delta\":{\"content\":\"\\u00e9 \\\"model\\\"\"},\"finish_reason\":null");
    private static final String FINISH = chunk("\"delta\":{},\"finish_reason\":\"stop\"");
    private static final String USAGE = "data: {\"model\":\"up\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
            + "\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":1}}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final NamedAnswers translation = new NamedAnswers("my \"model\"", true, false);
    private final Translator.Stream stream = translation.stream();

    private static String chunk(String choice) {
        return "data: {\"id\":\"1\", \"model\" : \"up\",\"choices\":[{\"index\":0," + choice + "}]}\r\n\r\n";
    }

    private static String named(String chunks) {
        return chunks.replace("\"up\"", "\"my \\\"model\\\"\"");
    }

    private String run(String events) {
        return MessagesStreams.translated(stream, bytes(events), 7);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void bytesPassAsTheyCameButForTheModel() {
        String events = ": OPENROUTER PROCESSING\n\n" + ROLE + TEXT + FINISH + USAGE + DONE;

        assertEquals(named(events), run(events));
        assertEquals(new Usage(5, 3, 4, 1), stream.usage());
        assertTrue(stream.ended() && stream.content());
    }

    @Test
    void contentBeginsWithTheFirstTextAndTheEndIsTheMark() {
        feed(ROLE);
        assertFalse(stream.content());
        feed(TEXT);
        assertTrue(stream.content());
        assertFalse(stream.ended());
        feed(FINISH);
        assertTrue(stream.ended());
        feed(DONE);
        assertEquals("", feed(TEXT));
    }

    private String feed(String event) {
        Bytes out = new Bytes(64);
        MessagesStreams.feed(stream, bytes(event), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aMissingMarkIsAddedAfterTheFinishOnly() {
        assertEquals(named(TEXT + FINISH) + DONE, run(TEXT + FINISH));

        String cut = MessagesStreams.translated(translation.stream(), bytes(TEXT), 9);
        assertTrue(cut.contains("\"type\":\"server_error\""), cut);
        String marked = MessagesStreams.translated(translation.stream(), bytes(TEXT + DONE), 9);
        assertTrue(marked.endsWith("\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n"), marked);
        assertFalse(marked.contains("[DONE]"));
    }

    @Test
    void theModelOfAnEventInPartedLinesIsTheClientsToo() {
        assertEquals("data: { \"model\":\"my \\\"model\\\"\",\"choices\":[]}\n\n",
                feed("data: {\ndata: \"model\":\"up\",\"choices\":[]}\n\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"error\":{\"code\":429,\"message\":\"m\"}}|429|rate_limit_error",
        "{\"error\":{\"code\":400,\"message\":\"m\"}}|400|invalid_request_error",
        "{\"error\":{\"code\":\"503\",\"message\":\"m\"}}|503|api_error",
        "{\"error\":{\"code\":401,\"message\":\"m\"}}|403|permission_error",
        "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":null}}|400|invalid_request_error",
        "{\"error\":{\"message\":\"m\",\"type\":\"overloaded_error\"}}|503|api_error",
        "{\"error\":{\"message\":\"m\",\"type\":\"authentication_error\"}}|403|permission_error",
        "{\"error_code\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"m\"}|429|rate_limit_error",
        "{\"error\":\"m\"}|500|api_error",
        "{\"choices\":[{\"finish_reason\":\"error\",\"error\":{\"code\":502,\"message\":\"m\"}}]}|500|api_error",
    })
    void errorsInsideAreErrors(String json, int status, String type) {
        Failure inStream = assertThrows(Failure.class, () -> feed("data: " + json + "\n\n"));
        Failure whole = assertThrows(Failure.class, () -> translation.answer(bytes(json)));

        String message = status == 403 ? "The upstream refused the gateway's credential; its operator must check it."
                : status >= 500 ? "The upstream failed: " + (json.contains("overloaded") ? 529 : status) : "m";
        for (Failure error : new Failure[] {inStream, whole}) {
            assertEquals(status + " " + type, error.status() + " " + error.type());
            assertEquals(message, error.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[]", "{", "{} x", "{\"choices\":[]}", "<html>", "null",
        "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":null}]}"})
    void whatIsNoCompletionIsAnError(String json) {
        assertEquals(500, assertThrows(Failure.class, () -> translation.answer(bytes(json))).status());
    }

    @Test
    void aWholeAnswerPassesButForTheModel() {
        String answer = "{\"model\":\"up\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                + "\"content\":\"hé\","
                + "\"name\":\"inner\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                + "\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":2,"
                + "\"completion_tokens\":3,\"cache_read_input_tokens\":5}}";
        Translator.Answer message = translation.answer(bytes(answer));

        assertArrayEquals(bytes(named(answer)), message.body());
        assertEquals(new Usage(2, 3, 5, 0), message.usage());
        String chunks = new String(new NamedAnswers("my \"model\"", true, true).answer(bytes(answer)).body(), StandardCharsets.UTF_8);
        assertTrue(chunks.contains("{\"content\":\"hé\"}"), chunks);
        assertTrue(chunks.contains("{\"tool_calls\":[{\"index\":0,\"id\":\"c\""), chunks);
        assertTrue(chunks.endsWith("\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,"
                + "\"cache_read_input_tokens\":5}}\n\n" + DONE), chunks);
    }
}
