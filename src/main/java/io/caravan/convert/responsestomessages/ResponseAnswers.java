/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.responses.ResponsesRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;

/**
 * Messages answers for a client of the Responses API. A whole answer is what the stream's last event would hold.
 *
 * @param streamed whether the client asked for a stream
 * @param clock    tells when a response was made
 */
record ResponseAnswers(Asked asked, boolean streamed, Clock clock) implements Translator.Answers {

    /**
     * What of the request its answer depends on.
     *
     * @param model  the model's name as the client gave it
     * @param echo   what a response repeats
     * @param called tools whose calls are spelt otherwise than as functions
     */
    record Asked(String model, ObjectNode echo, Map<String, ResponsesRequest.Tool> called) {
    }

    @Override
    public Translator.Answer answer(byte[] answer) {
        try {
            JsonNode message = Json.exact(answer);
            if (ErrorReader.isError(message) || message.path("type").asText().equals("error")) {
                throw ErrorReader.insideUnworded(answer, asked.model());
            }
            boolean whole = message.path("content").isArray() && message.path("stop_reason").isTextual();
            if (!whole) {
                throw ErrorReader.unreadable();
            }
            return joined(EventFrames.ofMessage(answer));
        } catch (IOException e) {
            throw ErrorReader.unreadable();
        }
    }

    @Override
    public Translator.Answer joined(byte[] events) {
        ResponseStream stream = stream();
        byte[] all = stream.all(events);
        return new Translator.Answer(streamed ? all : stream.response(), stream.usage());
    }

    @Override
    public ResponseStream stream() {
        return new ResponseStream(asked, clock.instant().getEpochSecond());
    }
}
