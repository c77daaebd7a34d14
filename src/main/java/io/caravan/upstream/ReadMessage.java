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
 * cut short is the upstream's failure, and another upstream may serve. Leaves an event stream alone. Blocks.
 */
final class ReadMessage implements Processor {

    private final int longest;

    /** @param longest the most bytes an answer may have */
    ReadMessage(int longest) {
        this.longest = longest;
    }

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        boolean stream = attempt.head().contentType().map(AnswerHead::isEvents)
                .orElse(attempt.call().request().stream());
        if (stream) {
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
            attempt.whole(attempt.purpose().translator().answers().answer(body));
        } catch (MalformedBody e) {
            throw attempt.badAnswer("answered with a message that is " + e.getMessage() + ".");
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
