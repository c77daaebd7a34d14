/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.call.Call;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * A tool use of an answer, on its way through the page that reviews it.
 *
 * @param call       the call whose answer it is in
 * @param safeguards what the client sent with its request, its context
 * @param tool       the tool's name as the model gave it
 * @param input      the tool's input
 */
record ToolUse(Call call, Safeguards safeguards, String tool, JsonNode input) {

    private static final String PROPERTY = "caravan.tool-use";

    /**
     * What the client sent, read once a call.
     *
     * @param context the client's context, as it came
     * @param where   where the client works
     */
    record Safeguards(JsonNode context, ToolReview.Context where) {
    }

    static ToolUse of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, ToolUse.class);
    }

    /** Makes it what the page is asked about: as variables, and whole as the body, in JSON. */
    void putInto(Exchange exchange) {
        String json = input.toString();
        exchange.setProperty(PROPERTY, this);
        exchange.setVariable("tool", tool);
        exchange.setVariable("input", json);
        exchange.setVariable("session", session());
        exchange.setVariable("client", client());
        exchange.setVariable("model", call.request().model());
        exchange.getMessage().setBody(json);
    }

    /** What the rules are asked. */
    ToolReview.Asked asked() {
        return new ToolReview.Asked(tool, input, safeguards.where().folders(), safeguards.where().home(), Optional.empty(),
                Optional.empty(), call.request().model(), call.headers().first("x-claude-code-agent-type"));
    }

    private String session() {
        return call.headers().first("x-claude-code-session-id").orElse("");
    }

    /** The name of the client's key; keys have no names yet. */
    private static String client() {
        return "";
    }

    /** Names alone: an input may hold secrets. */
    @Override
    public String toString() {
        return "ToolUse[" + String.join(", ", List.of(tool, call.correlationId())) + "]";
    }
}
