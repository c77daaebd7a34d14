/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorWordsTest {

    @Test
    void aMessagesErrorSaysItself() {
        assertEquals("no", words("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}"));
    }

    @Test
    void databricksWrapsAnErrorInAnErrorAndBothAreTakenOff() {
        assertEquals("x: Extra inputs are not permitted", words("{\"error_code\":\"BAD_REQUEST\",\"message\":"
                + "\"{\\\"message\\\":\\\"x: Extra inputs are not permitted\\\"}\"}"));
    }

    @Test
    void liteLlmPutsTextBeforeTheJsonItWraps() {
        assertEquals("prompt is too long", words("{\"error\":{\"message\":\"litellm.BadRequestError: AnthropicException - "
                + "{\\\"type\\\":\\\"error\\\",\\\"error\\\":{\\\"type\\\":\\\"x\\\",\\\"message\\\":\\\"prompt is too long\\\"}}\"}}"));
    }

    @Test
    void aMessageThatHoldsAStrayBraceStaysWhole() {
        assertEquals("use {name}", words("{\"message\":\"use {name}\"}"));
    }

    @Test
    void whatIsNoErrorBodySaysNothing() {
        for (String body : new String[] {"", "<html>", "[]", "{}", "\"x\"", "{\"error\":5}"}) {
            assertNull(words(body), body);
        }
    }

    private static String words(String body) {
        return ErrorReader.words(body.getBytes(StandardCharsets.UTF_8));
    }
}
