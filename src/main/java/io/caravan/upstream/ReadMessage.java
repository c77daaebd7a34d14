/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads a JSON answer to its end and brings it into the client's format, still inside the circuit breaker: an answer
 * cut short is the upstream's failure, and another upstream may serve. Leaves an event stream alone where one was asked for.
 * Blocks.
 */
final class ReadMessage implements Processor {

    /** What events begin with: a field's name, a comment, a blank or a byte order mark. */
    private static final String EVENTS = "deir: \r\n\t\u00ef";
    private static final String JSON = "{[";

    private final int longest;

    /** @param longest the most bytes an answer may have */
    ReadMessage(int longest) {
        this.longest = longest;
    }

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        if (isStream(attempt)) {
            return;
        }
        byte[] body = body(attempt);
        if (body.length > longest) {
            attempt.cut();
            throw attempt.badAnswer("answered with more than " + longest + " bytes.");
        }
        if (body.length == 0) {
            throw attempt.badAnswer("answered with an empty body.");
        }
        try {
            attempt.whole(attempt.purpose().translator().answers().ofAnyForm(body));
        } catch (MalformedBody e) {
            throw attempt.badAnswer("answered with a message that is " + e.getMessage() + ".");
        }
    }

    /** Whether the answer is left to be relayed. Where its type is not the one asked for, its first byte tells. */
    private static boolean isStream(Attempt attempt) {
        boolean asked = attempt.call().request().stream();
        String type = attempt.head().contentType().orElse("");
        if (AnswerHead.isEvents(type) || type.isEmpty()) {
            return asked;
        }
        boolean json = type.contains("json");
        if (json && !asked) {
            return false;
        }
        int first = first(attempt);
        boolean events = EVENTS.indexOf(first) >= 0;
        boolean known = events || json || JSON.indexOf(first) >= 0;
        if (!known && first >= 0) {
            throw attempt.badAnswer("answered with " + type.split(";", 2)[0] + " instead of a message; check its URL.");
        }
        return asked && events;
    }

    private static int first(Attempt attempt) {
        try {
            return attempt.firstByte();
        } catch (IOException e) {
            throw attempt.brokenOff(e);
        }
    }

    private byte[] body(Attempt attempt) {
        try {
            return read(attempt);
        } catch (IOException e) {
            throw attempt.brokenOff(e);
        } finally {
            attempt.done();
        }
    }

    /** Reads to the end, or one byte over the limit; into one array where the length was announced. */
    private byte[] read(Attempt attempt) throws IOException {
        InputStream in = attempt.body();
        int announced = attempt.head().header("content-length").map(ReadMessage::number).orElse(-1);
        if (announced < 0 || announced >= longest) {
            return in.readNBytes(longest + 1);
        }
        byte[] body = new byte[announced];
        int length = in.readNBytes(body, 0, body.length);
        int next = in.read();
        if (next < 0) {
            return cutTo(length, body);
        }
        byte[] more = in.readNBytes(longest - length);
        byte[] whole = Arrays.copyOf(body, length + 1 + more.length);
        whole[length] = (byte) next;
        System.arraycopy(more, 0, whole, length + 1, more.length);
        return whole;
    }

    private static byte[] cutTo(int length, byte[] body) {
        if (length == body.length) {
            return body;
        }
        return Arrays.copyOf(body, length);
    }

    /** The length, or -1 if it is none: beside chunks it may be anything, for only they count. */
    private static int number(String contentLength) {
        try {
            return Integer.parseInt(contentLength);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
