/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.json.Json;
import io.caravan.provider.Backend;
import io.caravan.provider.Backend.State.Status;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a list of models: the {@code endpoints} of Databricks, by {@code name}, or others' {@code data}, by {@code id}. */
final class ModelList {

    private ModelList() {
    }

    static Backend.State read(PlainRequest.Answer answer, long millis) {
        if (!answer.isOk()) {
            return without(without(answer.status()), millis,
                    "Its list of models was answered with status " + answer.status() + ".");
        }
        try {
            JsonNode root = Json.MAPPER.readTree(answer.body());
            if (root.isObject() && !root.has("error")) {
                return new Backend.State(Status.AVAILABLE, models(root), millis, null);
            }
        } catch (IOException e) {
            // told below
        }
        return without(Status.UNAVAILABLE, millis, "Its list of models is none; check its URL.");
    }

    /** What an answer without a list shows. That there is no such list, or not now, says nothing about messages. */
    private static Status without(int status) {
        boolean saysNothing = ErrorReader.lacksEndpoint(status) || ErrorReader.isRateLimit(status);
        return saysNothing ? Status.UNKNOWN : Status.UNAVAILABLE;
    }

    /** @param failure what the request for the list failed with */
    static Backend.State failed(Throwable failure, String upstream, long millis) {
        return without(Status.UNAVAILABLE, millis, told(PlainRequest.cause(failure), upstream).getMessage());
    }

    private static Failure told(Throwable cause, String upstream) {
        if (cause instanceof Failure known) {
            return known;
        }
        if (cause instanceof IOException broken) {
            return ConnectionFailure.of(broken, upstream);
        }
        return ConnectionFailure.of(new SocketTimeoutException(), upstream);
    }

    private static Backend.State without(Status status, long millis, @Nullable String reason) {
        return new Backend.State(status, Map.of(), millis, reason);
    }

    private static Map<String, Boolean> models(JsonNode root) {
        Map<String, Boolean> models = new LinkedHashMap<>();
        for (JsonNode endpoint : root.path("endpoints")) {
            add(models, endpoint.path("name"), endpoint.path("state").path("ready").asText("READY").equals("READY"));
        }
        for (JsonNode model : root.path("data")) {
            add(models, model.path("id"), true);
        }
        return models;
    }

    private static void add(Map<String, Boolean> models, JsonNode name, boolean ready) {
        if (name.isTextual()) {
            models.put(name.asText(), ready);
        }
    }
}
