/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingRequest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How an upstream spells what OpenAI's own chat format has no word for, and which of its words it does not
 * take. What a method answers here is the answer of an upstream that takes the format as it is documented.
 *
 * <p>A method that writes does so into the request that is being made and nowhere else, copies no block whose bytes it may
 * pass on, and never touches a signature. What it leaves out on purpose it names to {@code dropped}, in words that are never
 * the client's.
 */
public interface ChatDialect extends Dialect {

    /** A rule of transformation that a backend has switched on. */
    enum Rule {
        /** An OpenAI client's {@code content: ""} becomes {@code null}. */
        EMPTY_CONTENT_NULL,
        /** Content parts and tools keep their {@code cache_control}, for Claude models. */
        CACHE_CONTROL,
        /** Public {@code https} image URLs stay as they are. */
        IMAGE_URLS,
        /** Signed thinking of earlier turns goes back, for Claude models. */
        THINKING_HISTORY,
        /** {@code parallel_tool_calls} is taken. */
        PARALLEL_TOOL_CALLS,
        /** {@code stream_options} is taken. */
        STREAM_USAGE;

        /** As the rule is spelt in settings: {@code empty-content-null}. */
        public String setting() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    default WireFormat format() {
        return WireFormat.CHAT;
    }

    @Override
    default Set<Rule> rules() {
        return EnumSet.of(Rule.CACHE_CONTROL, Rule.IMAGE_URLS, Rule.THINKING_HISTORY,
                Rule.PARALLEL_TOOL_CALLS, Rule.STREAM_USAGE);
    }

    /** Whether a member it does not know makes it refuse a request, so that an OpenAI client's is written anew. */
    default boolean refusesUnknownMembers() {
        return false;
    }

    /** Whether it is told who the client's user is, by a hash in {@code user}. */
    default boolean takesUser() {
        return true;
    }

    /** Whether it is told the client's session, in {@code session_id}. */
    default boolean takesSession() {
        return false;
    }

    /** Whether a cache marker of the whole request stands at its top; else it goes to the last part that takes one. */
    default boolean takesRequestMark() {
        return false;
    }

    /** Whether a tool's result is one string, so that images and cache markers move into the user's message behind it. */
    default boolean toolResultsAreText() {
        return false;
    }

    /** Whether an answer that thinks comes as lists of parts, which no OpenAI client reads. */
    default boolean answersInLists() {
        return false;
    }

    /** Whether it takes a JSON schema in {@code response_format} for a model with these traits. */
    default boolean takesSchema(ModelTraits traits, boolean stream) {
        return true;
    }

    /** Whether it refuses earlier calls of tools, and their results, in a request to Claude that offers no tool. */
    default boolean refusesCallsWithoutTools() {
        return false;
    }

    /** Whether it takes documents. */
    default boolean takesDocuments() {
        return true;
    }

    /**
     * A PDF as a part of the content; asked only where documents are taken.
     *
     * @param url  its data, or a public address
     * @param name a file name
     */
    default ObjectNode document(JsonNode url, String name) {
        return Parts.image(url);
    }

    /**
     * The members of a request that let the upstream search the web; empty where it cannot.
     *
     * @param tool the client's tool of the Messages API
     */
    Optional<ObjectNode> webSearch(JsonNode tool, Consumer<String> dropped);

    /**
     * Gives thinking of an earlier turn back, once a block and in order.
     *
     * @param block  a signed or redacted block of the Messages API
     * @param content the content of its assistant message
     * @param beside the members of that message beside its role, its content and its calls
     */
    void giveBack(JsonNode block, Parts content, ObjectNode beside);

    /** Changes what is spelt otherwise here in a request that is else ready to be sent, of either client's. */
    default void spell(ObjectNode request) {
        // As it is documented.
    }

    /** Asks for thinking, or for none, in {@code body}. */
    void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped);
}
