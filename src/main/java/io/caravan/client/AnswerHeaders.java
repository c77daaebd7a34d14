/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.UpstreamAnswer;
import io.caravan.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the response headers towards the client, all of them and by allow-list: of an upstream's own only what the
 * client acts on. Quota headers pass where the account is the client's own; identity and cookie headers never do.
 */
final class AnswerHeaders {

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream; charset=utf-8";

    private AnswerHeaders() {
    }

    /** Of an upstream's answer: a stream's where the client has asked for one. */
    static List<Map.Entry<String, String>> of(Call call, UpstreamAnswer answer) {
        List<Map.Entry<String, String>> headers = common(call);
        if (call.request().stream()) {
            addEvents(headers);
        } else {
            headers.add(Map.entry("content-type", JSON));
        }
        addDropped(headers, answer);
        headers.addAll(answer.accountHeaders());
        addFailover(headers, call);
        return headers;
    }

    /** Of a stream whose upstream has not answered yet. */
    static List<Map.Entry<String, String>> ofWaiting(Call call) {
        List<Map.Entry<String, String>> headers = common(call);
        addEvents(headers);
        addFailover(headers, call);
        return headers;
    }

    private static void addEvents(List<Map.Entry<String, String>> headers) {
        headers.add(Map.entry("content-type", EVENTS));
        headers.add(Map.entry("cache-control", "no-cache"));
        headers.add(Map.entry("x-accel-buffering", "no"));
    }

    /** Of a page that makes no call, and failed. */
    static List<Map.Entry<String, String>> ofPageFailure(Failure failure) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(3);
        headers.add(Map.entry("content-type", JSON));
        failure.retryAfter().ifPresent(seconds -> headers.add(Map.entry("retry-after", Long.toString(seconds))));
        failure.shouldRetry().ifPresent(said -> headers.add(Map.entry("x-should-retry", said)));
        return headers;
    }

    static List<Map.Entry<String, String>> ofFailure(Call call, Failure failure) {
        List<Map.Entry<String, String>> headers = common(call);
        headers.addAll(ofPageFailure(failure));
        call.life().attempt().ifPresent(asked -> headers.addAll(asked.accountHeaders()));
        failure.allow().ifPresent(methods -> headers.add(Map.entry("allow", methods)));
        addFailover(headers, call);
        return headers;
    }

    /**
     * For the gateway's own pages: health, metrics, probes.
     *
     * @param contentType null for JSON
     * @param tokenCount whether a token count is exact or estimated; null where none was asked for
     */
    static List<Map.Entry<String, String>> ofPage(Call call, @Nullable String contentType, @Nullable String tokenCount) {
        List<Map.Entry<String, String>> headers = common(call);
        headers.add(Map.entry("content-type", Objects.requireNonNullElse(contentType, JSON)));
        add(headers, "x-caravan-token-count", tokenCount);
        return headers;
    }

    private static List<Map.Entry<String, String>> common(Call call) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(8);
        headers.add(Map.entry("request-id", call.requestId()));
        headers.add(Map.entry("x-correlation-id", call.correlationId()));
        return headers;
    }

    /** What the upstream has no word for and was not sent. */
    private static void addDropped(List<Map.Entry<String, String>> headers, UpstreamAnswer answer) {
        if (!answer.dropped().isEmpty()) {
            headers.add(Map.entry("x-caravan-dropped", String.join(", ", answer.dropped())));
        }
    }

    private static void addFailover(List<Map.Entry<String, String>> headers, Call call) {
        add(headers, "x-caravan-failover", call.record().failover());
    }

    private static void add(List<Map.Entry<String, String>> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.add(Map.entry(name, value));
        }
    }
}
