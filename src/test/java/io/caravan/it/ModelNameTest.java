/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answer bears the name the client used; of the upstream's bytes nothing else changes. */
@DisplayName("the model's name in the answer (M67, S29)")
class ModelNameTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    /** Answers in which {@code <<…>>} is the value that gives way, if there is one. */
    static Stream<String> answers() {
        return Stream.of(
                "{\"model\":<<\"up\">>,\"content\":[]}",
                "{\"content\":[{\"type\":\"text\",\"text\":\"\\\"model\\\":\\\"up\\\"\"}],\"model\":<<\"up\">>}",
                "{\"content\":[{\"type\":\"tool_use\",\"input\":{\"model\":\"mine\",\"message\":{\"model\":\"mine\"}}}],"
                        + "\"model\":<<\"up\">>,\"usage\":{\"model\":\"kept\",\"input_tokens\":1}}",
                "  {\n\t\"id\" : \"m\" ,\r\n \"model\"  :  <<\"up\">>  ,\n \"content\" : [ ] }\n ",
                "{\"mod\\u0065l\":<<\"up\">>,\"content\":[]}",
                "{\"model\":<<\"\">>,\"content\":[]}",
                "{\"model\":<<\"a\\\"b\\\\ \\u00e9é\uD83D\uDC2A\">>,\"content\":[]}",
                "{\"é\":\"\uD83D\uDC2A\",\"model\":<<\"up\">>,\"x\":1e400,\"y\":-0.0,\"z\":12345678901234567890123}",
                "{\"model\":<<\"" + "m".repeat(9_000) + "\">>,\"content\":[]}",
                "{\"a\":\"" + "a".repeat(70_000) + "\",\"model\":<<\"up\">>}",
                "{\"model\":null,\"content\":[]}",
                "{\"model\":{\"model\":\"kept\"},\"content\":[]}",
                "{\"content\":[]}",
                "{}");
    }

    private static String upstreams(String answer) {
        return answer.replace("<<", "").replace(">>", "");
    }

    private static String clients(String answer) {
        return answer.replaceAll("<<.*>>", "\"" + Gateway.MODEL + "\"");
    }

    private static void answerWith(String json) {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8(json));
            return true;
        });
    }

    @ParameterizedTest
    @MethodSource("answers")
    void isPatchedInPlaceInAMessage(String answer) {
        answerWith(upstreams(answer));
        assertEquals(clients(answer), gateway.post(Gateway.PLAIN).body());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void isPatchedInPlaceInMessageStart(String answer) {
        String message = answer.replaceAll("[\n\r]", "");
        String event = "{\"type\":\"message_start\", \"message\": " + message + " ,\"n\":{\"model\":\"kept\"}}";
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, Wire.event("message_start", upstreams(event)), Wire.MESSAGE_DELTA);
            return true;
        });
        assertEquals(Wire.event("message_start", clients(event)) + Wire.MESSAGE_DELTA, gateway.post(Gateway.STREAM).body());
    }

    @Test
    void isFoundWhereverTheEventsFieldsStand() {
        String data = "data:{\"message\":{\"model\":<<\"up\">>},\"type\":\"message_start\"}\n";
        for (String event : new String[] {data + "event:message_start\n\n", "id: 1\n: note\nevent: message_start\nretry: 5\n"
                + data + "\n", "event: message_start\r\n" + data.replace("\n", "\r\n") + "\r\n"}) {
            gateway.upstream((request, reply) -> {
                Wire.stream(reply, upstreams(event), Wire.MESSAGE_DELTA);
                return true;
            });
            assertEquals(clients(event) + Wire.MESSAGE_DELTA, gateway.post(Gateway.STREAM).body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-sonnet-4-5-20250929", "claude \\\"quoted\\\" \\\\ name", "claude-é-\\u00e9-\uD83D\uDC2A",
        "claude-<b>&amp;</b>"})
    void isTheOneTheClientUsedHoweverItIsSpelt(String name) throws Exception {
        answerWith("{\"model\":\"up\",\"content\":[]}");
        String answer = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, name)).body();
        ObjectMapper mapper = new ObjectMapper();
        assertEquals(mapper.readTree("\"" + name + "\""), mapper.readTree(answer).get("model"));
    }
}
