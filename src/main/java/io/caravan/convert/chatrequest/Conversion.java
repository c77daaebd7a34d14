/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.ModelTraits;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.provider.ChatDialect;
import io.caravan.provider.ChatDialect.Rule;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the conversion of one request goes by, and what it notes on the way. */
final class Conversion {

    private final UpstreamTerms terms;
    private final ChatDialect dialect;
    private final ToolNames toolNames = new ToolNames();
    private final Set<String> dropped = new LinkedHashSet<>();

    Conversion(UpstreamTerms terms) {
        this.terms = terms;
        this.dialect = (ChatDialect) terms.dialect();
    }

    /** How the upstream spells what it is sent. */
    ChatDialect dialect() {
        return dialect;
    }

    ModelTraits traits() {
        return terms.traits();
    }

    boolean isClaude() {
        return traits().claude();
    }

    boolean has(Rule rule) {
        return terms.rules().contains(rule);
    }

    /** Whether tool schemas are rewritten with plain keywords only. */
    boolean strictSchema() {
        return terms.strictSchema();
    }

    /** The client's session, where it has named one. */
    Optional<String> session() {
        return Optional.ofNullable(terms.sessionId());
    }

    /** The image at a public https URL as a {@code data:} URL; empty where images are not fetched. */
    Optional<String> fetched(String url) {
        return Optional.ofNullable(terms.images()).map(images -> images.apply(url));
    }

    /** Puts the upstream's name for the model into a request, unless its path names it. */
    void nameModel(ObjectNode request) {
        if (dialect.modelPath(terms.model()).isEmpty()) {
            request.put("model", terms.model());
        }
    }

    /** The names the request's tools go by at the upstream. */
    ToolNames toolNames() {
        return toolNames;
    }

    /** Whether the upstream may be given signed thinking of earlier turns. */
    boolean keepsThinking() {
        return isClaude() && has(Rule.THINKING_HISTORY);
    }

    /** The model that is asked, for what it has thought. */
    ThinkingHistory.Thinker thinker() {
        return new ThinkingHistory.Thinker(dialect.word() + " " + terms.model(), isClaude());
    }

    /** The members of an assistant message that {@code thinking} bears for this model, if the upstream may be given them. */
    Optional<ObjectNode> boundIn(JsonNode thinking) {
        return has(Rule.THINKING_HISTORY) ? thinker().members(thinking) : Optional.empty();
    }

    /** Whether a block of thinking may go to the upstream: a signed one, to Claude. */
    boolean goesBack(JsonNode thinking) {
        return keepsThinking() && ThinkingHistory.isSigned(thinking);
    }

    /** Whether cache markers go to the upstream. */
    boolean keepsMarks() {
        return isClaude() && has(Rule.CACHE_CONTROL);
    }

    /** The cache marker of a block or tool as the upstream takes it, or null. */
    @Nullable JsonNode mark(JsonNode marked) {
        JsonNode cache = marked.path("cache_control");
        if (!keepsMarks() || !Nodes.isOfType(cache, "ephemeral")) {
            return null;
        }
        ObjectNode mark = Nodes.object().put("type", "ephemeral");
        if (cache.path("ttl").isTextual()) {
            mark.set("ttl", cache.get("ttl"));
        }
        return mark;
    }

    /** Notes that something was left out; {@code name} never comes from the client. */
    void drop(String name) {
        dropped.add(name);
    }

    /** Notes that a member was left out, by its name if that is one of {@code known}. */
    void drop(String name, Set<String> known) {
        drop(known.contains(name) ? name : "other");
    }

    /** The names of what was left out, in order. */
    Set<String> dropped() {
        return Collections.unmodifiableSet(dropped);
    }
}
