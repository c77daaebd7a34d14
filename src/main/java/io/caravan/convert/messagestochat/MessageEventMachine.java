/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.EventTranslator;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChatUsage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.MessageAnswer;
import io.caravan.format.sse.EventData;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The machine of a stream: chat chunks in, the events of a message out. */
final class MessageEventMachine extends EventTranslator {

    private final AnswerContext context;
    private final AnswerBlocks blocks;
    private final AnswerParts parts;
    private ChatUsage usage = ChatUsage.UNKNOWN;
    private @Nullable StopReason reason;
    private boolean started;

    MessageEventMachine(AnswerContext context) {
        this.context = context;
        this.blocks = new AnswerBlocks(context);
        this.parts = new AnswerParts(blocks, context);
    }

    @Override
    protected void event(byte[] bytes, int start, int end, Bytes out) {
        EventData data = EventData.read(bytes, start, end);
        if (data.isError()) {
            throw ErrorReader.inside(data.toByteArray(), context.model());
        }
        if (!data.isEmpty()) {
            chunks(data, out);
        }
        if (data.isDone()) {
            done(out);
        }
    }

    /** The upstream says that this is the end; some do so and give no reason. */
    private void done(Bytes out) {
        if (reason == null && blocks.mayHaveEnded()) {
            endsFor(StopReason.PLAIN);
        }
        end(out);
    }

    /** An event holds one chunk; some upstreams forget the blank line between two. */
    private void chunks(EventData data, Bytes out) {
        try (JsonParser parser = Json.FACTORY.createParser(data.bytes(), data.start(), data.length())) {
            JsonToken token;
            while ((token = parser.nextToken()) != null) {
                if (token != JsonToken.START_OBJECT) {
                    throw malformed();
                }
                ChatChunk chunk = ChatChunk.read(parser);
                if (chunk.isError()) {
                    throw ErrorReader.inside(data.toByteArray(), context.model());
                }
                if (chunk.isUnknown()) {
                    refuseError(data);
                }
                take(chunk, out);
            }
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** Some errors have no envelope. */
    private void refuseError(EventData data) {
        Optional<Failure> told = ErrorReader.told(data.toByteArray(), context.model());
        if (told.isPresent()) {
            throw told.get();
        }
    }

    private void take(ChatChunk chunk, Bytes out) {
        JsonNode counts = chunk.usage();
        if (counts != null) {
            usage = usage.completedBy(counts);
        }
        if (!chunk.hasChoice()) {
            return;
        }
        JsonNode error = chunk.choiceError();
        if (error != null) {
            throw ErrorReader.inside(error, context.model());
        }
        StopReason given = chunk.reason();
        if (given != null && given.isError()) {
            throw StopReason.failed();
        }
        if (!started) {
            started = true;
            start(chunk.id(), out);
        }
        say(chunk, out);
        if (given != null) {
            endsFor(given);
        }
    }

    private void endsFor(StopReason given) {
        reason = given;
        finished(true);
    }

    private void start(@Nullable String id, Bytes out) {
        Usage known = usage.told(context.estimatedInput(), 0);
        Usage atStart = new Usage(known.input(), 0, known.cacheRead(), known.cacheWrite());
        EventFrames.messageStart(out, ChatAnswer.empty(id, context, MessageAnswer.usage(atStart, 0)));
    }

    private void say(ChatChunk chunk, Bytes out) {
        JsonNode rest = chunk.rest();
        JsonNode message = chunk.message();
        if (message != null && blocks.isEmpty()) {
            parts.add(message, "", true);
        } else if (rest == null) {
            blocks.text(chunk.text());
        } else {
            parts.add(rest, chunk.text(), false);
        }
        blocks.write(out, false);
        content(blocks.begun());
    }

    @Override
    protected void last(Bytes out) {
        StopReason last = Objects.requireNonNull(reason);
        parts.finish();
        String word = last.word(blocks.usesTool(), parts.refused());
        blocks.end(last.isCutShort());
        blocks.write(out, true);
        JsonNode delta = StopReason.put(Json.MAPPER.createObjectNode(), word, context.stopSequences());
        EventFrames.messageDelta(out, delta, usage.told(context.estimatedInput(), blocks.chars()), usage.thinking());
        EventFrames.messageStop(out);
    }

    private static Failure malformed() {
        return Failure.of(Kind.BAD_ANSWER, "The upstream sent an event that is no chat chunk.");
    }

    @Override
    public Usage usage() {
        return usage.usage();
    }
}
