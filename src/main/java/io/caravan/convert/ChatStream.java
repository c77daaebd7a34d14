/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import java.io.IOException;

/** A stream for an OpenAI client: it ends with {@code [DONE]}, and only behind a finish reason. */
public abstract class ChatStream extends EventTranslator {

    private boolean contentBegun;
    private boolean complete;
    private boolean stopped;

    /** Appends what comes between the last chunk and {@code [DONE]}. */
    protected abstract void beforeDone(Bytes out);

    /** Notes whether a content block has begun at the client; once it has, it stays so. */
    protected final void content(boolean begun) {
        contentBegun |= begun;
    }

    /** Notes whether a finish reason was given; once it was, it stays so. */
    protected final void finished(boolean now) {
        complete |= now;
    }

    @Override
    protected final void end(Bytes out) {
        if (stopped) {
            return;
        }
        if (!complete) {
            throw Failure.of(Kind.CUT_OFF, "The upstream's stream ended before the message was complete");
        }
        beforeDone(out);
        out.write(ChunkWriter.DONE);
        stopped = true;
    }

    @Override
    public final boolean content() {
        return contentBegun;
    }

    @Override
    public final boolean ended() {
        return complete;
    }

    @Override
    protected final boolean stopped() {
        return stopped;
    }

    /**
     * A whole chat completion as the stream it would have been (case S35): its chunks, {@code [DONE]} included.
     *
     * @param includeUsage whether the client asked for a chunk of token counts
     * @throws Failure if it is no completion
     */
    public static byte[] ofCompletion(byte[] completion, boolean includeUsage) {
        try {
            return CompletionChunks.of(completion, includeUsage);
        } catch (IOException e) {
            throw unreadable();
        }
    }

    /** The failure of an answer that is none of its format. */
    public static Failure unreadable() {
        return Failure.of(Kind.BAD_ANSWER, "The upstream's answer could not be read");
    }

    /** The failure an error inside a good answer, or inside a stream, reports to an OpenAI client. */
    public static Failure inside(byte[] error, String clientModel) {
        return ErrorReader.insideUnworded(error, clientModel);
    }
}
