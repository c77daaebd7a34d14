/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;
import org.apache.hc.core5.http.message.HeaderGroup;

/**
 * The head of an upstream's answer.
 *
 * @param code its HTTP status; 0 while there is no answer
 */
record AnswerHead(int code, MessageHeaders headers) {

    /** Before there is an answer. */
    static final AnswerHead NONE = new AnswerHead(0, new HeaderGroup());

    private static final String ACCOUNT = "anthropic-ratelimit-";
    private static final String EVENTS = "text/event-stream";
    private static final int LONGEST_ID = 200;

    static AnswerHead of(ClassicHttpResponse response) {
        return new AnswerHead(response.getCode(), response);
    }

    /** Whether the upstream answered 200. */
    boolean isOk() {
        return code == 200;
    }

    /** The first value of a header, if it is plain visible text. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.getFirstHeader(name)).map(Header::getValue).filter(value -> isWithin(value, ' '));
    }

    /** What follows, in lower case, if it says so. */
    Optional<String> contentType() {
        return header("content-type").map(type -> type.toLowerCase(Locale.ROOT));
    }

    /** Whether {@code contentType} is that of a stream of events. */
    static boolean isEvents(String contentType) {
        return contentType.startsWith(EVENTS);
    }

    /** The id the upstream gave the request, if it is one that can be shown. */
    Optional<String> requestId() {
        return header("request-id").or(() -> header("x-request-id")).filter(AnswerHead::isId);
    }

    /** What it says of the account that asked: how much it may ask, and how much it has left. */
    List<Map.Entry<String, String>> ofAccount() {
        return Stream.of(headers.getHeaders()).filter(header -> header.getName().toLowerCase(Locale.ROOT).startsWith(ACCOUNT))
                .filter(header -> isWithin(header.getValue(), ' '))
                .map(header -> Map.entry(header.getName().toLowerCase(Locale.ROOT), header.getValue())).toList();
    }

    private static boolean isId(String id) {
        return !id.isEmpty() && id.length() <= LONGEST_ID && isWithin(id, '!');
    }

    /** Whether {@code text} holds nothing but ASCII from {@code first} on. */
    private static boolean isWithin(String text, char first) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < first || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
