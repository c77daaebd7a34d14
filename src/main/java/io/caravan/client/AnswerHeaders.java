package io.caravan.client;

import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.UpstreamAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the response headers towards the client, all of them and by allow-list: of an upstream's own only what the
 * client acts on (protocol 1.9). Quota, identity and cookie headers of the upstream account never pass.
 */
final class AnswerHeaders {

    private static final String JSON = "application/json";

    private AnswerHeaders() {
    }

    static List<Map.Entry<String, String>> ofMessage(GatewayCall call, UpstreamAnswer answer) {
        List<Map.Entry<String, String>> headers = common(call);
        headers.add(Map.entry("content-type", contentType(answer, JSON)));
        addDropped(headers, answer);
        addFailover(headers, call);
        return headers;
    }

    static List<Map.Entry<String, String>> ofStream(GatewayCall call, UpstreamAnswer answer) {
        List<Map.Entry<String, String>> headers = common(call);
        headers.add(Map.entry("content-type", streamType(answer)));
        headers.add(Map.entry("cache-control", "no-cache"));
        headers.add(Map.entry("x-accel-buffering", "no"));
        addDropped(headers, answer);
        addFailover(headers, call);
        return headers;
    }

    static List<Map.Entry<String, String>> ofFault(GatewayCall call, GatewayFault fault) {
        List<Map.Entry<String, String>> headers = common(call);
        headers.add(Map.entry("content-type", JSON));
        if (fault.retryAfter() != null) {
            headers.add(Map.entry("retry-after", fault.retryAfter()));
        }
        if (fault.shouldRetry() != null) {
            headers.add(Map.entry("x-should-retry", fault.shouldRetry()));
        }
        if (fault instanceof RefuseUnknown.MethodNotAllowed refused) {
            headers.add(Map.entry("allow", refused.allow));
        }
        addFailover(headers, call);
        return headers;
    }

    /** For the gateway's own pages: health, metrics, probes. */
    static List<Map.Entry<String, String>> ofPage(GatewayCall call, String contentType) {
        List<Map.Entry<String, String>> headers = common(call);
        headers.add(Map.entry("content-type", contentType == null ? JSON : contentType));
        if (call.tokenCount() != null) {
            headers.add(Map.entry("x-caravan-token-count", call.tokenCount()));
        }
        return headers;
    }

    private static List<Map.Entry<String, String>> common(GatewayCall call) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(8);
        headers.add(Map.entry("request-id", call.requestId()));
        headers.add(Map.entry("x-correlation-id", call.correlationId()));
        return headers;
    }

    private static String contentType(UpstreamAnswer answer, String otherwise) {
        String type = answer.translation() == null ? answer.header("content-type") : null;
        return type == null ? otherwise : type;
    }

    private static String streamType(UpstreamAnswer answer) {
        String events = "text/event-stream; charset=utf-8";
        return answer.message() == null ? contentType(answer, events) : events;
    }

    /** What the upstream has no word for and was not sent (protocol 3.4). */
    private static void addDropped(List<Map.Entry<String, String>> headers, UpstreamAnswer answer) {
        if (!answer.dropped().isEmpty()) {
            headers.add(Map.entry("x-caravan-dropped", String.join(", ", answer.dropped())));
        }
    }

    private static void addFailover(List<Map.Entry<String, String>> headers, GatewayCall call) {
        if (call.failover() != null) {
            headers.add(Map.entry("x-caravan-failover", call.failover()));
        }
    }
}
