/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.caravan.call.Call;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionKeyTest {

    private static final String UUID = "0f6b9c1e-3c5d-4e0a-9a51-2b9d2f1b7c11";

    @Test
    void theHeaderComesFirst() {
        assertEquals("s1", SessionKey.of(new Caller().calls(body("user_1_session_" + UUID),
                "X-Claude-Code-Session-Id", " s1 ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"device_id\":\"d\",\"account_uuid\":\"\",\"session_id\":\"" + UUID + "\"}",
        "user_4d_account__session_" + UUID, "user_x_session_old_session_" + UUID})
    void elseTheSessionInTheUserId(String userId) {
        assertEquals(UUID, SessionKey.of(new Caller().calls(body(userId),
                "x-claude-code-session-id", " ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"metadata\":null", ",\"metadata\":\"x\"", ",\"metadata\":[1]", ",\"metadata\":{}",
        ",\"metadata\":{\"user_id\":null}", ",\"metadata\":{\"user_id\":{\"session_id\":\"s\"}}",
        ",\"metadata\":{\"user_id\":\"alice\"}", ",\"metadata\":{\"user_id\":\"\"}",
        ",\"metadata\":{\"user_id\":\"u_session_\"}", ",\"metadata\":{\"user_id\":\"{\\\"session_id\\\":7}\"}",
        ",\"metadata\":{\"user_id\":\"{\\\"session_id\\\":\\\"\\\"}\"}",
        ",\"metadata\":{\"user_id\":\"{\\\"session_id\\\":\"}"})
    void elseTheClientsKeyWhichIsNotShown(String metadata) {
        String body = "{\"model\":\"m\"" + metadata + "}";
        String key = SessionKey.of(known(body, "sk-one"));
        assertFalse(key.contains("sk-one"));
        assertEquals(key, SessionKey.of(known(body, "sk-one")));
        assertNotEquals(key, SessionKey.of(known(body, "sk-two")));
        assertNull(SessionKey.of(new Caller().calls(body)));
    }

    private static Call known(String body, String key) {
        return new Caller().calls(body).by(new Call.Caller(key, List.of()));
    }

    @Test
    void aCallWithoutARequestHasNoSessionInIt() {
        assertNull(SessionKey.of(new Caller().calls(null)));
    }

    @Property(tries = 500)
    void noUserIdBreaksIt(@ForAll String userId) {
        SessionKey.of(new Caller().calls(body(userId)));
        SessionKey.of(new Caller().calls(body("{" + userId)));
    }

    private static String body(String userId) {
        return "{\"model\":\"m\",\"metadata\":{\"x\":[],\"user_id\":"
                + new String(Json.quoted(userId), StandardCharsets.UTF_8) + "},\"messages\":[]}";
    }
}
