package io.caravan.format.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.messages.ErrorBody.Reading;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorBodyTest {

    @Test
    void aMessagesErrorIsRecognisedAsOne() {
        Reading reading = read("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}");
        assertTrue(reading.anthropic());
        assertEquals("no", reading.message());
    }

    @Test
    void databricksWrapsAnErrorInAnErrorAndBothAreTakenOff() {
        Reading reading = read("{\"error_code\":\"BAD_REQUEST\",\"message\":\"{\\\"message\\\":\\\"x: Extra inputs are not permitted\\\"}\"}");
        assertEquals(new Reading(false, false, null, "BAD_REQUEST", "x: Extra inputs are not permitted"), reading);
    }

    @Test
    void liteLlmPutsTextBeforeTheJsonItWraps() {
        assertEquals("prompt is too long", read("{\"error\":{\"message\":\"litellm.BadRequestError: AnthropicException - "
                + "{\\\"type\\\":\\\"error\\\",\\\"error\\\":{\\\"type\\\":\\\"x\\\",\\\"message\\\":\\\"prompt is too long\\\"}}\"}}").message());
    }

    @Test
    void aMessageThatHoldsAStrayBraceStaysWhole() {
        assertEquals("use {name}", read("{\"message\":\"use {name}\"}").message());
    }

    @Test
    void whatIsNoErrorBodySaysNothing() {
        for (String body : new String[] {"", "<html>", "[]", "{}", "\"x\"", "{\"error\":5}"}) {
            assertNull(read(body).message(), body);
        }
    }

    private static Reading read(String body) {
        return ErrorBody.read(body.getBytes(StandardCharsets.UTF_8));
    }
}
