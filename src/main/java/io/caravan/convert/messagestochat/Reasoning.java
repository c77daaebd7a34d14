package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.chat.Conversion;
import io.caravan.format.chat.ThinkingAsk;

/** Writes how much the model is to think, as each dialect asks for it (protocol 3.4; cases M33-M36). */
final class Reasoning {

    private final Conversion conversion;
    private final JsonNode thinking;
    private final String effort;
    private final String type;

    /** @param thinking the client's {@code thinking}; @param effort the effort that counts, or null */
    Reasoning(JsonNode thinking, String effort, Conversion conversion) {
        this.conversion = conversion;
        this.thinking = thinking;
        this.effort = effort;
        type = thinking.path("type").asText();
    }

    boolean asked() {
        return type.equals("enabled") || type.equals("adaptive") || type.equals("between_tools");
    }

    boolean omitted() {
        return asked() && thinking.path("display").asText().equals("omitted");
    }

    /**
     * @param refused        whether Claude would refuse to think now, because a tool is forced
     * @param lacksThinking  whether the tool loop lacks its thinking: a budget is refused then, adaptive thinking is not
     */
    void write(ObjectNode body, boolean refused, boolean lacksThinking) {
        ModelTraits.Thinking takes = conversion.options().traits().thinking();
        ThinkingAsk ask = asked() && !refused
                ? ThinkingAsk.of(ThinkingAsk.budgetIn(thinking), effort, takes, body.path("max_tokens").longValue()) : null;
        if (ask != null && !ask.adaptive() && lacksThinking) {
            ask = null;
        }
        if (asked() && ask == null) {
            conversion.drop("thinking");
        }
        if (conversion.openRouter()) {
            openRouter(body, ask, takes, refused);
            return;
        }
        if (ask != null) {
            ObjectNode sent = ask.json();
            if (thinking.path("display").isTextual()) {
                if (conversion.databricks()) {
                    conversion.drop("thinking.display");
                } else {
                    sent.set("display", thinking.get("display"));
                }
            }
            body.set("thinking", sent);
        } else if (type.equals("disabled") && !conversion.databricks() && takes != ModelTraits.Thinking.NONE) {
            body.putObject("thinking").put("type", "disabled");
        }
        boolean asBudget = ask != null && !ask.adaptive() && ThinkingAsk.budgetIn(thinking) < 0;
        if (effort != null && !asBudget) {
            conversion.drop("output_config.effort");
        }
    }

    private void openRouter(ObjectNode body, ThinkingAsk ask, ModelTraits.Thinking takes, boolean refused) {
        ObjectNode reasoning = Conversion.object();
        boolean spoken = false;
        if (ask != null && !ask.adaptive() && ThinkingAsk.budgetIn(thinking) >= 0) {
            reasoning.put("max_tokens", ask.budget());
        } else if (ask != null && effort == null) {
            reasoning.put("enabled", true);
        } else if (type.equals("disabled") && takes != ModelTraits.Thinking.NONE) {
            reasoning.put("effort", "none");
        } else if (effort != null && (ask != null || !asked() && !refused && takes.takesAdaptive())) {
            reasoning.put("effort", effort);
            spoken = true;
            if (ask == null) {
                reasoning.put("exclude", true);
            }
        }
        if (!reasoning.isEmpty()) {
            body.set("reasoning", reasoning);
        }
        if (effort != null && !spoken) {
            body.put("verbosity", effort);
        }
    }
}
