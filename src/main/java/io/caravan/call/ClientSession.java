/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names the conversation a request belongs to, as Claude Code and OpenAI's clients say it. */
final class ClientSession {

    private static final String IN_USER_ID = "_session_";

    private ClientSession() {
    }

    /** The session named in a header, in {@code prompt_cache_key}, or in {@code metadata.user_id}. Takes time where there is one. */
    static Optional<String> of(Call call) {
        return call.headers().first("x-claude-code-session-id").map(String::strip).filter(id -> !id.isEmpty())
                .or(() -> present(cacheKey(call)))
                .or(() -> present(userId(call)).flatMap(ClientSession::inUserId));
    }

    private static @Nullable String cacheKey(Call call) {
        if (call.hasRequest() && call.format() != WireFormat.MESSAGES) {
            return call.request().value("prompt_cache_key").textValue();
        }
        return null;
    }

    private static @Nullable String userId(Call call) {
        if (call.hasRequest()) {
            return call.request().text("metadata", "user_id");
        }
        return null;
    }

    private static Optional<String> inUserId(String userId) {
        if (userId.startsWith("{")) {
            try {
                return present(Json.MAPPER.readTree(userId).path("session_id").textValue());
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }
        int at = userId.lastIndexOf(IN_USER_ID);
        if (at < 0) {
            return Optional.empty();
        }
        return Optional.of(userId.substring(at + IN_USER_ID.length())).filter(session -> !session.isEmpty());
    }

    private static Optional<String> present(@Nullable String text) {
        return Optional.ofNullable(text).filter(some -> !some.isBlank());
    }
}
