/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer ended.
 *
 * @param finish what the chat format calls it, {@code finish_reason}
 * @param exact  what the model's own provider calls it, {@code native_finish_reason}; null if that is not told
 */
record StopReason(String finish, @Nullable String exact) {

    /** The plain end, for an upstream that ends in order and gives no reason. */
    static final StopReason PLAIN = new StopReason("stop", null);

    private static final String MAX_TOKENS = "max_tokens";
    private static final String REFUSAL = "refusal";
    private static final String STOP_SEQUENCE = "stop_sequence";
    private static final String ERROR = "error";
    /** What says more than that the model has come to an end, or calls a tool. */
    private static final Map<String, String> EXACT = Map.ofEntries(
            Map.entry("length", MAX_TOKENS), Map.entry(MAX_TOKENS, MAX_TOKENS), Map.entry("max_output_tokens", MAX_TOKENS),
            Map.entry("content_filter", REFUSAL), Map.entry("content_filtered", REFUSAL), Map.entry(REFUSAL, REFUSAL),
            Map.entry("safety", REFUSAL), Map.entry("recitation", REFUSAL), Map.entry("blocklist", REFUSAL),
            Map.entry("prohibited_content", REFUSAL), Map.entry("spii", REFUSAL), Map.entry("guardrail_intervened", REFUSAL),
            Map.entry("pause_turn", "pause_turn"), Map.entry(STOP_SEQUENCE, STOP_SEQUENCE),
            Map.entry("model_context_window_exceeded", "model_context_window_exceeded"));

    /** The reason in {@code choice}, if it gives one. */
    static Optional<StopReason> read(JsonNode choice) {
        return of(ToolPiece.said(choice.path("finish_reason")), ToolPiece.said(choice.path("native_finish_reason")));
    }

    /** The same, if there is a {@code finish_reason}. */
    static Optional<StopReason> of(@Nullable String finish, @Nullable String exact) {
        return Optional.ofNullable(finish).map(given -> new StopReason(given, exact));
    }

    /** Whether the upstream itself calls it an error. */
    boolean isError() {
        return finish.equalsIgnoreCase(ERROR);
    }

    /** Whether a limit ended the answer, which may then have stopped in the middle of a call. */
    boolean isCutShort() {
        return told().filter(reason -> reason.startsWith("m")).isPresent();
    }

    private Optional<String> told() {
        return Optional.ofNullable(exact).flatMap(StopReason::named).or(() -> named(finish));
    }

    private static Optional<String> named(String reason) {
        return Optional.ofNullable(EXACT.get(reason.toLowerCase(Locale.ROOT)));
    }

    /**
     * The Messages stop reason, the more exact of the two.
     *
     * @param toolUsed whether the answer holds a tool use
     * @param refused  whether it holds a refusal
     * @throws Failure if the upstream itself calls it an error
     */
    String word(boolean toolUsed, boolean refused) {
        if (isError()) {
            throw failed();
        }
        if (refused) {
            return REFUSAL;
        }
        String plain = "end_turn";
        if (toolUsed) {
            plain = "tool_use";
        }
        boolean sequence = told().filter(STOP_SEQUENCE::equals).isPresent();
        return sequence && toolUsed ? plain : told().orElse(plain);
    }

    static Failure failed() {
        return Failure.of(Kind.FAILED, "The upstream ended its answer with an error.");
    }

    /**
     * Sets {@code stop_reason} and what belongs to it.
     *
     * @param sequences those at which the model was to stop: where there is one, it stopped there
     */
    static ObjectNode put(ObjectNode target, String reason, List<String> sequences) {
        target.put("stop_reason", reason).putNull(STOP_SEQUENCE);
        switch (reason) {
            case STOP_SEQUENCE -> {
                if (sequences.size() == 1) {
                    target.put(STOP_SEQUENCE, sequences.get(0));
                }
            }
            case REFUSAL -> target.set("stop_details", Json.MAPPER.createObjectNode().put("type", REFUSAL)
                    .putNull("category").putNull("explanation"));
            default -> { }
        }
        return target;
    }
}
