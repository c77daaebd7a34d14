/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.call.BackendState;
import io.caravan.call.BackendState.Status;
import io.caravan.failure.Failure;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Reads a list of models: the {@code endpoints} of Databricks, by {@code name}, or others' {@code data}, by {@code id}. */
final class ModelList {

    /** There is no such list, or not now: it says nothing about messages. */
    private static final Set<Integer> SAYS_NOTHING = Set.of(404, 405, 429, 501);

    private ModelList() {
    }

    static BackendState read(PlainRequest.Answer answer, long millis) {
        if (answer.status() != 200) {
            return without(SAYS_NOTHING.contains(answer.status()) ? Status.UNKNOWN : Status.UNAVAILABLE, millis,
                    "Its list of models was answered with status " + answer.status() + ".");
        }
        try {
            JsonNode root = Json.MAPPER.readTree(answer.body());
            if (root.isObject() && !root.has("error")) {
                return new BackendState(Status.AVAILABLE, models(root), millis, null);
            }
        } catch (IOException e) {
            // told below
        }
        return without(Status.UNAVAILABLE, millis, "Its list of models is none; check its URL.");
    }

    static BackendState failed(Throwable failure, String backend, long millis) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Failure told = cause instanceof Failure known ? known
                : ConnectionFailure.of(cause instanceof IOException io ? io : new SocketTimeoutException(), backend);
        return without(Status.UNAVAILABLE, millis, told.getMessage());
    }

    private static BackendState without(Status status, long millis, String reason) {
        return new BackendState(status, Map.of(), millis, reason);
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
