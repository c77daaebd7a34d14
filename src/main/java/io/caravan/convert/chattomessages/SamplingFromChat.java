/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.util.Set;

/** How tokens are chosen and where the output stops. */
final class SamplingFromChat {

    private static final double LEAST_TOP_P_WITH_THINKING = 0.95;

    private SamplingFromChat() {
    }

    /** Takes what is meant out of {@code chat}; {@code request} has its thinking already. */
    static void move(ObjectNode chat, ObjectNode request, ModelTraits traits, Set<String> dropped) {
        boolean thinks = request.has("thinking") && !Members.isOfType(request.path("thinking"), "disabled");
        boolean free = traits.sampling() && !thinks;
        JsonNode temperature = number(chat, "temperature");
        JsonNode topP = number(chat, "top_p");
        JsonNode topK = number(chat, "top_k");
        put(request, "temperature", atMostOne(temperature), free, dropped);
        boolean fits = !request.has("temperature"); // newer models take one of the two only
        if (thinks) {
            fits = topP.doubleValue() >= LEAST_TOP_P_WITH_THINKING;
        }
        put(request, "top_p", topP, traits.sampling() && fits, dropped);
        put(request, "top_k", topK, free, dropped);
        stop(Members.take(chat, "stop"), request);
    }

    private static JsonNode atMostOne(JsonNode temperature) {
        if (temperature.doubleValue() > 1) {
            return IntNode.valueOf(1);
        }
        return temperature;
    }

    private static void put(ObjectNode request, String member, JsonNode value, boolean fits, Set<String> dropped) {
        if (value.isMissingNode()) {
            return;
        }
        if (fits) {
            request.set(member, value);
        } else {
            dropped.add(member);
        }
    }

    private static JsonNode number(ObjectNode chat, String member) {
        JsonNode value = Members.take(chat, member);
        if (value.isMissingNode() || value.isNumber()) {
            return value;
        }
        throw new MalformedBody(member + ": Input should be a valid number");
    }

    private static void stop(JsonNode stop, ObjectNode request) {
        ArrayNode sequences = Json.MAPPER.createArrayNode();
        if (stop.isArray()) {
            stop.forEach(sequence -> addStop(sequence, sequences));
        } else if (!stop.isMissingNode()) {
            addStop(stop, sequences);
        }
        if (!sequences.isEmpty()) {
            request.set("stop_sequences", sequences);
        }
    }

    private static void addStop(JsonNode sequence, ArrayNode sequences) {
        if (!sequence.isTextual()) {
            throw new MalformedBody("stop: Input should be a valid string or a list of strings");
        }
        if (!sequence.textValue().isBlank()) {
            sequences.add(sequence);
        }
    }
}
