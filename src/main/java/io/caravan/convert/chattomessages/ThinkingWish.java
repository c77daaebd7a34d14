/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.util.Optional;
import java.util.Set;

/**
 * How much a chat client wants the model to think, in whichever spelling: {@code reasoning_effort}, OpenRouter's
 * {@code reasoning} or LiteLLM's {@code thinking}.
 *
 * @param member the parameter that says so
 * @param off    whether it is not to think
 * @param effort the effort in the words of the Messages format; empty if it is left open
 * @param budget the tokens to think with, or 0
 * @param form   the thinking as the Messages format spells it; empty if the client does not spell it so
 */
record ThinkingWish(String member, boolean off, String effort, int budget, ObjectNode form) {

    private static final int LOW = 1024;
    private static final int MEDIUM = 8192;
    private static final int HIGH = 16384;
    private static final int HIGHER = 32768;

    /** Takes the wish out of {@code chat}, if there is one. What cannot be read is added to {@code dropped}. */
    static Optional<ThinkingWish> take(ObjectNode chat, Set<String> dropped) {
        JsonNode thinking = Members.take(chat, "thinking");
        JsonNode reasoning = Members.take(chat, "reasoning");
        JsonNode plain = Members.take(chat, "reasoning_effort");
        String effort = effort(plain.asText());
        if (effort.isEmpty()) {
            drop(plain, "reasoning_effort", dropped);
        }
        if (thinking instanceof ObjectNode form && form.path("type").isTextual()) {
            return Optional.of(new ThinkingWish("thinking", Members.isOfType(form, "disabled"), effort,
                    form.path("budget_tokens").asInt(), form));
        }
        drop(thinking, "thinking", dropped);
        if (reasoning.isObject()) {
            return Optional.of(ofReasoning(reasoning, effort));
        }
        drop(reasoning, "reasoning", dropped);
        if (effort.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ThinkingWish("reasoning_effort", effort.equals("none"), effort, 0, noForm()));
    }

    private static void drop(JsonNode given, String member, Set<String> dropped) {
        if (!given.isMissingNode()) {
            dropped.add(member);
        }
    }

    private static ThinkingWish ofReasoning(JsonNode reasoning, String otherEffort) {
        String effort = otherEffort;
        if (reasoning.path("effort").isTextual()) {
            effort = effort(reasoning.path("effort").textValue());
        }
        boolean off = effort.equals("none") || !reasoning.path("enabled").asBoolean(true);
        return new ThinkingWish("reasoning", off, effort, reasoning.path("max_tokens").asInt(), noForm());
    }

    private static ObjectNode noForm() {
        return Json.MAPPER.createObjectNode();
    }

    /** The tokens to think with where the model wants a number. */
    int budgetOrByEffort() {
        if (budget > 0) {
            return Math.max(LOW, budget);
        }
        return switch (effort) {
            case "low" -> LOW;
            case "", "medium" -> MEDIUM;
            case "high" -> HIGH;
            default -> HIGHER;
        };
    }

    /** The effort where the model wants a word; empty if the wish leaves it open. */
    String effortOrByBudget() {
        if (!effort.isEmpty() || budget <= 0) {
            return effort;
        }
        if (budget <= LOW) {
            return "low";
        }
        if (budget <= MEDIUM) {
            return "medium";
        }
        return "high";
    }

    /** A client's word for the effort as the Messages format has it; empty for one that is not known. */
    private static String effort(String word) {
        return switch (word) {
            case "minimal" -> "low";
            case "none", "low", "medium", "high", "xhigh", "max" -> word;
            default -> "";
        };
    }
}
