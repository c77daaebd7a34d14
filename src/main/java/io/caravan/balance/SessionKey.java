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

/** Names the conversation a request belongs to. */
public final class SessionKey {

    private static final String IN_USER_ID = "_session_";

    private SessionKey() {
    }

    /**
     * The session Claude Code names in a header or in {@code metadata.user_id}; else the client's key, hashed; else null.
     * Takes time where the request has metadata.
     */
    public static String of(Call call) {
        String header = call.headers().first("x-claude-code-session-id");
        if (header != null && !header.isBlank()) {
            return header.strip();
        }
        String userId = call.request() == null ? null : call.request().text("metadata", "user_id");
        String session = userId == null ? null : inUserId(userId);
        return session != null || call.caller().key() == null ? session : digest(call.caller().key());
    }

    private static String inUserId(String userId) {
        if (userId.startsWith("{")) {
            try {
                String session = Json.MAPPER.readTree(userId).path("session_id").textValue();
                return session == null || session.isBlank() ? null : session;
            } catch (JsonProcessingException e) {
                return null;
            }
        }
        int at = userId.lastIndexOf(IN_USER_ID);
        String session = at < 0 ? "" : userId.substring(at + IN_USER_ID.length());
        return session.isEmpty() ? null : session;
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
