/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
        boolean thinks = request.has("thinking") && !request.path("thinking").path("type").asText().equals("disabled");
        JsonNode temperature = number(chat, "temperature");
        JsonNode topP = number(chat, "top_p");
        JsonNode topK = number(chat, "top_k");
        if (temperature != null) {
            if (!traits.sampling() || thinks) {
                dropped.add("temperature");
            } else if (temperature.doubleValue() > 1) {
                request.put("temperature", 1);
            } else {
                request.set("temperature", temperature);
            }
        }
        if (topP != null) {
            // Newer models take one of the two only.
            boolean fits = thinks ? topP.doubleValue() >= LEAST_TOP_P_WITH_THINKING : !request.has("temperature");
            put(request, "top_p", topP, traits.sampling() && fits, dropped);
        }
        if (topK != null) {
            put(request, "top_k", topK, traits.sampling() && !thinks, dropped);
        }
        stop(Members.take(chat, "stop"), request);
    }

    private static void put(ObjectNode request, String member, JsonNode value, boolean fits, Set<String> dropped) {
        if (fits) {
            request.set(member, value);
        } else {
            dropped.add(member);
        }
    }

    private static JsonNode number(ObjectNode chat, String member) {
        JsonNode value = Members.take(chat, member);
        if (value != null && !value.isNumber()) {
            throw new MalformedBody(member + ": Input should be a valid number");
        }
        return value;
    }

    private static void stop(JsonNode stop, ObjectNode request) {
        if (stop == null) {
            return;
        }
        ArrayNode sequences = Json.MAPPER.createArrayNode();
        for (JsonNode sequence : stop.isArray() ? stop : Json.MAPPER.createArrayNode().add(stop)) {
            if (!sequence.isTextual()) {
                throw new MalformedBody("stop: Input should be a valid string or a list of strings");
            }
            if (!sequence.textValue().isBlank()) {
                sequences.add(sequence);
            }
        }
        if (!sequences.isEmpty()) {
            request.set("stop_sequences", sequences);
        }
    }
}
