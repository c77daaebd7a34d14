/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;

/**
 * The one outcome of one request, as its client saw it.
 *
 * @param detail what is wrong with it, the status and, of a whole answer, its {@code x-caravan-failover}, or the type of
 *               the error event
 */
public record Seen(Kind kind, String detail) {

    /** All that may become of a request; {@link #WRONG} is what must not. */
    public enum Kind { COMPLETE, ERROR_STATUS, ERROR_EVENT, LEFT, WRONG }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LONGEST_RETRY_AFTER = 30;

    static Seen wrong(String why, String answer) {
        return new Seen(Kind.WRONG, why + ": " + answer.substring(0, Math.min(answer.length(), 2000)));
    }

    /** Judges a whole answer to the request that has {@code marker} in its text. */
    static Seen of(HttpResponse<String> answer, boolean streamed, String marker) {
        String body = answer.body();
        try {
            if (answer.statusCode() != 200) {
                return status(answer, MAPPER.readTree(body));
            }
            Seen seen = streamed ? stream(body, marker) : message(MAPPER.readTree(body), marker);
            String failover = answer.headers().firstValue("x-caravan-failover").orElse(null);
            return seen.kind() == Kind.COMPLETE && failover != null ? new Seen(Kind.COMPLETE, "200 " + failover) : seen;
        } catch (JsonProcessingException e) {
            return wrong("not JSON", body);
        }
    }

    private static Seen status(HttpResponse<String> answer, JsonNode body) {
        int status = answer.statusCode();
        boolean envelope = body.path("type").asText().equals("error") && !body.at("/error/type").asText().isEmpty()
                && !body.at("/error/message").asText().isEmpty();
        if (!envelope || body.at("/error/type").asText().equals("overloaded_error")) {
            return wrong("no error of ours, " + status, body.toString());
        }
        int seconds = answer.headers().firstValue("retry-after").map(Integer::parseInt).orElse(0);
        if (status == 503 && (seconds < 1 || seconds > LONGEST_RETRY_AFTER) || status == 429 && seconds < 1) {
            return wrong("retry-after " + seconds + " on " + status, body.toString());
        }
        return new Seen(Kind.ERROR_STATUS, Integer.toString(status));
    }

    private static Seen message(JsonNode message, String marker) {
        boolean whole = message.path("type").asText().equals("message") && message.path("stop_reason").isTextual();
        return !whole || !isOf(message.at("/content/0/text").asText(), marker)
                ? wrong("not the answer to " + marker, message.toString()) : new Seen(Kind.COMPLETE, "200");
    }

    private static Seen stream(String body, String marker) throws JsonProcessingException {
        StringBuilder text = new StringBuilder();
        int starts = 0;
        boolean reason = false;
        String last = "";
        JsonNode event = MAPPER.missingNode();
        for (String frame : body.split("\n\n")) {
            int data = frame.indexOf("\ndata:");
            if (data < 0 || !last.isEmpty() && (last.equals("error") || last.equals("message_stop"))) {
                return wrong("not a stream of events, or something behind its end", body);
            }
            event = MAPPER.readTree(frame.substring(data + 6));
            last = event.path("type").asText();
            starts += last.equals("message_start") ? 1 : 0;
            reason |= event.at("/delta/stop_reason").isTextual();
            text.append(event.at("/delta/text").asText());
        }
        if (last.equals("error") && !reason) {
            return new Seen(Kind.ERROR_EVENT, event.at("/error/type").asText());
        }
        boolean whole = body.endsWith("\n\n") && last.equals("message_stop") && reason && starts == 1;
        return whole && isOf(text.toString(), marker) ? new Seen(Kind.COMPLETE, "200")
                : wrong("not the whole answer to " + marker, body);
    }

    private static boolean isOf(String text, String marker) {
        int at = text.indexOf(Load.MARKER);
        return at >= 0 && at == text.lastIndexOf(Load.MARKER) && text.startsWith(marker, at);
    }
}
