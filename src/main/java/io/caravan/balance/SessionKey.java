/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names the conversation a request belongs to. */
final class SessionKey {

    private SessionKey() {
    }

    /** The session the client names; else the client's key, hashed; else null. Takes time where the request has metadata. */
    static @Nullable String of(Call call) {
        return call.session().or(() -> Optional.ofNullable(call.caller().key()).map(SessionKey::digest)).orElse(null);
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
