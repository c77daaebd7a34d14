/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.caravan.call.ClientStream;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The client that has asked the judge: keeps its answer, and reads it. Used by the thread that asks; never leaves. */
final class JudgeAnswer implements ClientStream {

    private static final ObjectReader STRICT = Json.MAPPER.reader()
            .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Set<String> MEMBERS = Set.of("verdict", "reason");
    private static final int LONGEST_REASON = 500;
    private static final int OK = 200;

    private final Bytes body = new Bytes(1024);
    private volatile int status;

    /** What the judge has said; unavailable unless it is a verdict in the one form asked for. */
    Judgement judgement() {
        return status == OK ? ofMessage() : ofError();
    }

    private Judgement ofError() {
        try {
            JsonNode error = Json.MAPPER.readTree(body.array(), 0, body.size()).path("error");
            return switch (error.path("type").asText()) {
                case "request_too_large" -> Judgement.unavailable(Judgement.Reason.INPUT_TOO_LONG);
                case "timeout_error" -> Judgement.unavailable(Judgement.Reason.TIMEOUT);
                default -> Judgement.unavailable(Judgement.Reason.ERROR);
            };
        } catch (IOException e) {
            return Judgement.unavailable(Judgement.Reason.ERROR);
        }
    }

    private Judgement ofMessage() {
        try {
            JsonNode message = Json.MAPPER.readTree(body.array(), 0, body.size());
            return switch (message.path("stop_reason").asText()) {
                case "end_turn", "stop_sequence" -> said(text(message));
                case "refusal" -> Judgement.unavailable(Judgement.Reason.REFUSED);
                case "max_tokens" -> Judgement.unavailable(Judgement.Reason.TRUNCATED);
                case "model_context_window_exceeded" -> Judgement.unavailable(Judgement.Reason.INPUT_TOO_LONG);
                default -> Judgement.unavailable(Judgement.Reason.ERROR);
            };
        } catch (IOException e) {
            return Judgement.unavailable(Judgement.Reason.ERROR);
        }
    }

    private static String text(JsonNode message) {
        StringBuilder text = new StringBuilder();
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asText().equals("text")) {
                text.append(block.path("text").asText());
            }
        }
        return text.toString();
    }

    private static Judgement said(String text) throws IOException {
        JsonNode verdict = STRICT.readTree(text.strip());
        if (!hasOnlyMembers(verdict)) {
            return Judgement.unavailable(Judgement.Reason.ERROR);
        }
        String word = verdict.path("verdict").isTextual() ? verdict.path("verdict").textValue() : "";
        return switch (word) {
            case "allow" -> Judgement.allowed();
            case "deny" -> Judgement.denied(shortened(verdict.path("reason").asText("")));
            default -> Judgement.unavailable(Judgement.Reason.ERROR);
        };
    }

    private static boolean hasOnlyMembers(JsonNode verdict) {
        if (!verdict.isObject()) {
            return false;
        }
        for (Iterator<String> names = verdict.fieldNames(); names.hasNext();) {
            if (!MEMBERS.contains(names.next())) {
                return false;
            }
        }
        return true;
    }

    private static String shortened(String reason) {
        return reason.substring(0, Math.min(reason.length(), LONGEST_REASON)).strip();
    }

    @Override
    public void send(int code, List<Map.Entry<String, String>> headers, byte[] bytes) {
        body.write(bytes);
        status = code;
    }

    @Override
    public void start(int code, List<Map.Entry<String, String>> headers) {
        status = code;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        body.write(bytes, offset, length);
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void end() {
        // There is nobody to be told.
    }

    @Override
    public void reset() {
        body.reset();
        status = 0;
    }

    @Override
    public void abandon() {
        reset();
    }

    @Override
    public boolean started() {
        return status != 0;
    }

    @Override
    public boolean isGone() {
        return false;
    }

    @Override
    public void whenGone(Runnable action) {
        // It never leaves.
    }
}
