/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.caravan.call.Call;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names the conversation a request belongs to. */
final class SessionKey {

    private static final String IN_USER_ID = "_session_";

    private SessionKey() {
    }

    /**
     * The session Claude Code names in a header or in {@code metadata.user_id}; else the client's key, hashed; else null.
     * Takes time where the request has metadata.
     */
    static @Nullable String of(Call call) {
        return call.headers().first("x-claude-code-session-id").map(String::strip).filter(id -> !id.isEmpty())
                .or(() -> present(userId(call)).flatMap(SessionKey::inUserId))
                .or(() -> Optional.ofNullable(call.caller().key()).map(SessionKey::digest)).orElse(null);
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

    private static String digest(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java runtime has no SHA-256", e);
        }
    }
}
