/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JSON answer sent in chunks by an upstream that also announces a length: only the chunks say where it ends. */
@DisplayName("the length an upstream announces is a hint")
class AnnouncedLengthTest {

    private static final int LIMIT = 100_000;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_MAX_BODY_BYTES=" + LIMIT);
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    private static HttpResponse<String> answered(String announced, String body) {
        gateway.upstream((request, reply) -> {
            reply.raw(Wire.utf8("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + announced
                    + "\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n" + Integer.toHexString(body.length())
                    + "\r\n" + body + "\r\n0\r\n\r\n"));
            return true;
        });
        return gateway.post(Gateway.PLAIN);
    }

    private static String ofLength(int length) {
        return "{\"model\":\"" + Gateway.MODEL + "\"" + " ".repeat(length - Gateway.MODEL.length() - 12) + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "4999", "5000", "5001", "99999", "100000", "100001", "999999999", "9999999999"})
    void theAnswerIsWhatCame(String announced) {
        HttpResponse<String> answer = answered(announced, ofLength(5000));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(ofLength(5000), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5000", "99999", "100000", "100001"})
    void anAnswerMayBeAsLongAsTheLimitAndNoLonger(String announced) {
        assertEquals(ofLength(LIMIT), answered(announced, ofLength(LIMIT)).body());
        String refused = answered(announced, ofLength(LIMIT + 1)).body();
        assertTrue(refused.contains("answered with more than " + LIMIT + " bytes."), refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "+5000", "five", "5000, 5000", "\"\"", "2147483648"})
    void whatIsNoLengthCountsForNothing(String announced) {
        HttpResponse<String> answer = answered(announced, ofLength(5000));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(ofLength(5000), answer.body());
    }
}
