/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.convert.Translator.Answer;
import io.caravan.convert.Translator.Answers;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.sse.EventBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An answer in whichever form it comes, told by its first bytes: JSON where a stream was asked for, a stream where JSON was,
 * blanks and comments before either, {@code [DONE]} behind JSON.
 */
final class AnyForm implements Translator.Stream {

    private enum Form {
        UNKNOWN, EVENTS, JSON
    }

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:");
    private static final int LONGEST_FIELD = 8;
    private static final int LARGEST = 32 * 1024 * 1024;

    private final Answers answers;
    private final Translator.Stream events;
    private final Bytes body = new Bytes(0);
    private Form form = Form.UNKNOWN;
    private Optional<Answer> whole = Optional.empty();

    AnyForm(Answers answers) {
        this.answers = answers;
        this.events = answers.stream();
    }

    /** Brings back a whole body for a client that asked for JSON, or JSON for one that asked for a stream. */
    static Answer whole(byte[] body, Answers answers) {
        int start = EventBuffer.first(body, 0, body.length);
        if (start == body.length) {
            throw new MalformedBody("empty");
        }
        if (isJson(body[start])) {
            return answers.answer(part(body, startOfJson(body, start), endOfJson(body)));
        }
        if (isEvents(body, start)) {
            return answers.joined(part(body, start, body.length));
        }
        return answers.answer(body);
    }

    private static boolean isEvents(byte[] body, int start) {
        String begins = new String(body, start, Math.min(LONGEST_FIELD, body.length - start), StandardCharsets.US_ASCII);
        return FIELDS.stream().anyMatch(begins::startsWith);
    }

    private static boolean isJson(byte first) {
        return first == '{' || first == '[';
    }

    private static byte[] part(byte[] body, int from, int to) {
        if (to - from == body.length) {
            return body;
        }
        return Arrays.copyOfRange(body, from, to);
    }

    /** Blanks before JSON are its own and stay, comments go. */
    private static int startOfJson(byte[] body, int first) {
        for (int i = 0; i < first; i++) {
            if ((body[i] & 0xff) > ' ') {
                return first;
            }
        }
        return 0;
    }

    /** Where JSON ends that has {@code data: [DONE]} behind it. */
    private static int endOfJson(byte[] body) {
        int end = body.length;
        while (end > 0 && body[end - 1] <= ' ') {
            end--;
        }
        int done = end - DONE.length;
        boolean saysDone = done > 0 && Arrays.equals(body, done, end, DONE, 0, DONE.length);
        if (!saysDone) {
            return body.length;
        }
        while (done > 0 && body[done - 1] != '\n') {
            done--;
        }
        return done;
    }

    @Override
    public int largestEvent() {
        return events.largestEvent();
    }

    @Override
    public void take(EventBuffer held, Sink sink) {
        if (form == Form.UNKNOWN) {
            form = form(held.firstByte());
        }
        if (form == Form.JSON) {
            hold(held);
        } else {
            events.take(held, sink);
        }
    }

    private static Form form(int first) {
        if (first < 0) {
            return Form.UNKNOWN;
        }
        return isJson((byte) first) ? Form.JSON : Form.EVENTS;
    }

    private void hold(EventBuffer held) {
        held.takeRest();
        body.write(held.bytes(), held.start(), held.end() - held.start());
        if (body.size() > LARGEST) {
            throw Failure.of(Kind.BAD_ANSWER, "The upstream answered with more than " + LARGEST + " bytes.");
        }
    }

    @Override
    public void takePart(EventBuffer held, Sink sink) {
        events.takePart(held, sink);
    }

    @Override
    public void end(EventBuffer held, Sink sink) {
        if (form != Form.JSON) {
            events.end(held, sink);
            return;
        }
        hold(held);
        Answer answer;
        try {
            answer = whole(body.toByteArray(), answers);
        } catch (MalformedBody e) {
            throw Failure.of(Kind.BAD_ANSWER, "The upstream answered with a message that is " + e.getMessage() + ".");
        }
        whole = Optional.of(answer);
        sink.write(answer.body(), 0, answer.body().length);
    }

    @Override
    public boolean content() {
        return whole.isPresent() || events.content();
    }

    @Override
    public boolean ended() {
        return whole.isPresent() || events.ended();
    }

    @Override
    public Duration closing() {
        return events.closing();
    }

    @Override
    public boolean goesOn() {
        return events.goesOn();
    }

    @Override
    public Optional<Failure> told() {
        return events.told();
    }

    @Override
    public Optional<byte[]> failed(Failure failure) {
        return events.failed(failure);
    }

    @Override
    public Usage usage() {
        return whole.map(Answer::usage).orElseGet(events::usage);
    }
}
