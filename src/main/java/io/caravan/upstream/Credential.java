package io.caravan.upstream;

import io.caravan.settings.Auth;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** The header by which an upstream knows the gateway. */
final class Credential {

    private Credential() {
    }

    /** Name and value of the header, never to be logged; null where the gateway has no credential of its own. */
    static Map.Entry<String, String> header(Auth auth) {
        if (auth instanceof Auth.Basic basic) {
            byte[] pair = (basic.user() + ":" + basic.password().reveal()).getBytes(StandardCharsets.UTF_8);
            return Map.entry("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        if (auth instanceof Auth.Bearer bearer) {
            return Map.entry("Authorization", "Bearer " + bearer.token().reveal());
        }
        return auth instanceof Auth.ApiKey key ? Map.entry("x-api-key", key.key().reveal()) : null;
    }
}
