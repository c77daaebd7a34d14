/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Estimates how many input tokens a Messages request, or a count_tokens request, is (M71). The
 * target is never more than 5 % under and up to 20 % over. The vocabulary is loaded once per process, lazily: by
 * {@link #warmUp()}, else by the first estimate, which then takes some 0.4 s. Safe for use by many threads.
 */
final class TokenEstimator {

    private static final String WARM_UP = "{\"messages\":[{\"role\":\"user\",\"content\":\""
            + "The quick brown fox, aged 12, isn't over the lazy dog: int a[] = {1, 2}; // \u732b\\n".repeat(200) + "\"}]}";
    private static final int WARM_UP_ROUNDS = 20;

    /**
     * The estimate of a request, read with a streaming parser; attachments are looked into, never decoded whole.
     *
     * @param messagesBody the request body, JSON in UTF-8
     * @param newTokenizer whether the model counts as the newer ones do ({@code ModelTraits.newTokenizer})
     * @throws MalformedBody if it is not one JSON object in UTF-8, or {@code messages} is missing or no array
     */
    long estimate(byte[] messagesBody, boolean newTokenizer) {
        boolean utf8 = messagesBody.length > 1 && messagesBody[0] != 0 && messagesBody[1] != 0;
        if (!utf8) {
            throw new MalformedBody("The request body must be a JSON object in UTF-8.");
        }
        try (JsonParser parser = Json.FACTORY.createParser(messagesBody)) {
            return new RequestWalk(messagesBody, parser, Tokenizer.of(newTokenizer)).tokens();
        } catch (StreamConstraintsException e) {
            throw new MalformedBody("The request body is nested too deeply, or holds a number that is too long.");
        } catch (JsonProcessingException e) {
            long at = Optional.ofNullable(e.getLocation()).map(JsonLocation::getByteOffset).orElse(0L);
            throw new MalformedBody("The request body is not valid JSON (near byte " + at + ").");
        } catch (IOException e) {
            throw new MalformedBody("The request body could not be read as JSON.");
        }
    }

    /**
     * Loads the vocabulary and has the code compiled, so that the first count is as fast as the next. Ends early if its
     * thread is interrupted.
     */
    void warmUp() {
        byte[] body = WARM_UP.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            estimate(body, true);
        }
    }
}
