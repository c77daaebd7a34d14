/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import java.util.Optional;

/** What a client is told that an upstream said, by what it means. */
final class ErrorWords {

    /** What clients know a missing model by. */
    private static final String MODEL = "model: ";

    private ErrorWords() {
    }

    /**
     * @param http the HTTP status it came with; 200 where it stood inside a good answer
     * @param said the upstream's own words
     */
    static String of(Kind kind, int http, Optional<String> said, String clientModel) {
        Optional<String> safe = said.map(SafeWording::of);
        return switch (kind) {
            case MODEL_NOT_FOUND -> MODEL + clientModel + behind(safe);
            case CREDENTIAL_REFUSED -> "The upstream refused the gateway's credential; its operator must check it.";
            case ACCOUNT_EMPTY -> "The upstream's account cannot pay for the request.";
            case PROMPT_TOO_LONG -> TooLong.words(said.orElse(""));
            case CONTENT_BLOCKED -> safe.orElse("The upstream blocked the request.");
            case REQUEST_TOO_LARGE -> said.orElse(generic(kind.status()));
            case REQUEST_REFUSED -> ofRefusal(http, said);
            default -> safe.orElse(generic(kind.status()));
        };
    }

    /** The upstream's words in brackets, unless they say no more than which model it is. */
    private static String behind(Optional<String> said) {
        return said.filter(words -> !words.startsWith(MODEL)).map(words -> " (" + words + ")").orElse("");
    }

    /** The upstream's very words where they are about the request; what comes with other statuses says more. */
    private static String ofRefusal(int http, Optional<String> said) {
        if (http < 400) {
            return said.orElse(generic(Kind.REQUEST_REFUSED.status()));
        }
        boolean aboutTheRequest = http == 400 || http == 422 || http >= 500;
        if (aboutTheRequest) {
            return said.orElse(generic(http));
        }
        return said.map(SafeWording::of).orElse(generic(http));
    }

    private static String generic(int status) {
        if (status >= 500) {
            return "The upstream failed: " + status + ".";
        }
        return "The upstream refused the request: " + status + ".";
    }
}
