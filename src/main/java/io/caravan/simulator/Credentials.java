/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Whether a request carries the credential that its dialect accepts, and none that it must not carry. */
final class Credentials {

    private static final List<String> NEVER_FORWARDED = List.of(
            "proxy-authorization", "proxy-connection", "proxy-authenticate", "cookie", "keep-alive", "te", "trailer");

    private final boolean strict;
    private final String token;
    private final TokenEndpoint tokens;

    Credentials(boolean strict, String token, TokenEndpoint tokens) {
        this.strict = strict;
        this.token = token;
        this.tokens = tokens;
    }

    void check(Dialect dialect, RecordedRequest request) throws Refusal {
        if (strict) {
            checkLeaks(dialect, request);
        }
        if (!strict && token == null) {
            return;
        }
        String key = key(dialect, request);
        String authorization = request.header("authorization");
        if (key == null && authorization == null
                || key != null && !accepts(key)
                || authorization != null && !accepts(credential(dialect, authorization))) {
            throw new Refusal(401, "invalid credentials");
        }
    }

    /** The key in the header that the dialect has for it, or null. */
    private static String key(Dialect dialect, RecordedRequest request) {
        return switch (dialect) {
            case MESSAGES -> request.header("x-api-key");
            case AZURE_CHAT -> request.header("api-key");
            default -> null;
        };
    }

    private static void checkLeaks(Dialect dialect, RecordedRequest request) throws Refusal {
        if (request.header("x-api-key") != null && dialect != Dialect.MESSAGES) {
            throw Refusal.badRequest("x-api-key: this header is not accepted here");
        }
        if (request.headers("authorization").size() > 1 || request.headers("x-api-key").size() > 1) {
            throw Refusal.badRequest("authorization: more than one credential");
        }
        for (String name : NEVER_FORWARDED) {
            if (request.header(name) != null) {
                throw Refusal.badRequest(name + ": this header must not be forwarded");
            }
        }
    }

    private boolean accepts(String credential) {
        if (credential != null && TokenEndpoint.mayBeIssued(credential)) {
            return tokens.accepts(credential);
        }
        return credential != null && !credential.isEmpty() && (token == null || token.equals(credential));
    }

    private static String credential(Dialect dialect, String authorization) {
        if (authorization.startsWith("Bearer ")) {
            return authorization.substring("Bearer ".length());
        }
        String pair = dialect.takesBasic() ? basic(authorization) : null;
        return pair != null && pair.startsWith("token:") ? pair.substring("token:".length()) : null;
    }

    /** User and password as HTTP Basic sends them, joined by a colon; null if it is something else. */
    static String basic(String authorization) {
        if (authorization == null || !authorization.startsWith("Basic ")) {
            return null;
        }
        try {
            return new String(
                    Base64.getDecoder().decode(authorization.substring("Basic ".length())), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
