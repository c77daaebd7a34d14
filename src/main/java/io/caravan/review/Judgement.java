/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.call.CallObserver.ToolVerdict;
import io.caravan.format.json.Json;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * What becomes of one tool use, for the client, the log and the meters.
 *
 * @param verdict allow, deny or unavailable; judge while nobody has been asked yet
 * @param rule    the name of the rule that decided; empty without one
 * @param text    for the person, where it is denied; may be empty
 * @param reason  why it is unavailable, in the client's words; else empty
 * @param judged  whether the judge decided
 */
record Judgement(ToolReview.Verdict verdict, String rule, String text, String reason, boolean judged) {

    /** Why there is no verdict, in the words of the client's schema. */
    enum Reason {
        TIMEOUT, ERROR, REFUSED, INPUT_TOO_LONG, TRUNCATED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String VERDICT = "verdict";
    private static final String RULE = "rule";
    private static final String TEXT = "text";
    private static final String REASON = "reason";
    private static final String JUDGED = "judged";
    /** The longer a verdict stands here, the less it lets run. */
    private static final Map<ToolReview.Verdict, Integer> SEVERITY = Map.of(ToolReview.Verdict.ALLOW, 0,
            ToolReview.Verdict.JUDGE, 1, ToolReview.Verdict.UNAVAILABLE, 1, ToolReview.Verdict.DENY, 2);

    static Judgement of(ToolReview.Decision decision) {
        return new Judgement(decision.verdict(), decision.rule(), decision.text().orElse(""), "", false);
    }

    /** The judge has allowed it. */
    static Judgement allowed() {
        return new Judgement(ToolReview.Verdict.ALLOW, "", "", "", true);
    }

    /** The judge has denied it. */
    static Judgement denied(String text) {
        return new Judgement(ToolReview.Verdict.DENY, "", text, "", true);
    }

    static Judgement unavailable(Reason reason) {
        return new Judgement(ToolReview.Verdict.UNAVAILABLE, "", "", reason.word(), false);
    }

    /** The same, by the rule that had the judge asked. */
    Judgement by(String name) {
        return new Judgement(verdict, name, text, reason, judged);
    }

    /** What the page has left in the variables of its exchange; unavailable if that is no verdict. */
    static Judgement of(Exchange exchange) {
        String rule = text(exchange, RULE);
        return switch (text(exchange, VERDICT).toLowerCase(Locale.ROOT)) {
            case "allow" -> new Judgement(ToolReview.Verdict.ALLOW, rule, "", "", isJudged(exchange));
            case "deny" -> new Judgement(ToolReview.Verdict.DENY, rule, text(exchange, TEXT), "", isJudged(exchange));
            default -> new Judgement(ToolReview.Verdict.UNAVAILABLE, rule, "", reason(exchange), false);
        };
    }

    private static String reason(Exchange exchange) {
        String said = text(exchange, REASON);
        for (Reason reason : Reason.values()) {
            if (reason.word().equals(said)) {
                return said;
            }
        }
        return Reason.ERROR.word();
    }

    private static boolean isJudged(Exchange exchange) {
        return exchange.getVariable(JUDGED, false, Boolean.class);
    }

    private static String text(Exchange exchange, String variable) {
        return exchange.getVariable(variable, "", String.class).strip();
    }

    /** Leaves it in the variables of the page's exchange. */
    void putInto(Exchange exchange) {
        exchange.setVariable(VERDICT, verdict.name().toLowerCase(Locale.ROOT));
        exchange.setVariable(RULE, rule);
        exchange.setVariable(TEXT, text);
        exchange.setVariable(REASON, reason);
        exchange.setVariable(JUDGED, judged);
    }

    /** Of two about the same tool use the one that lets less run. */
    Judgement orStricter(Judgement other) {
        if (severity(other) > severity(this)) {
            return other;
        }
        return this;
    }

    private static int severity(Judgement judgement) {
        return SEVERITY.getOrDefault(judgement.verdict, 1);
    }

    /**
     * What the client is told of the tool use. A denial holds whatever the upstream says; else what the upstream has decided
     * stands, above all that it flagged the tool use.
     *
     * @param theirs what the upstream says of it; missing if it says nothing
     */
    JsonNode beside(JsonNode theirs) {
        boolean undecided = theirs.isMissingNode() || "unavailable".equals(theirs.path("type").asText());
        if (verdict == ToolReview.Verdict.DENY || undecided) {
            return told();
        }
        return theirs;
    }

    private ObjectNode told() {
        ObjectNode told = Json.MAPPER.createObjectNode();
        return switch (verdict) {
            case ALLOW -> told.put("type", "evaluated").put("outcome", "not_flagged");
            case DENY -> told.put("type", "evaluated").put("outcome", "flagged").put("explanation", explanation());
            default -> told.put("type", "unavailable").put(REASON, reason.isEmpty() ? Reason.ERROR.word() : reason);
        };
    }

    private String explanation() {
        if (!text.isEmpty()) {
            return text;
        }
        if (rule.isEmpty()) {
            return "The gateway does not allow this.";
        }
        return "The gateway does not allow this: " + rule + ".";
    }

    /** The same for the log and the meters. */
    ToolVerdict noted(String tool) {
        return new ToolVerdict(tool, by(), verdict == ToolReview.Verdict.DENY, rule, reason);
    }

    private ToolVerdict.By by() {
        return switch (verdict) {
            case ALLOW -> judged ? ToolVerdict.By.JUDGED : ToolVerdict.By.ALLOWED;
            case DENY -> judged ? ToolVerdict.By.JUDGED : ToolVerdict.By.DENIED;
            default -> ToolVerdict.By.UNAVAILABLE;
        };
    }
}
