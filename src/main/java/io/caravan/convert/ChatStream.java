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

/** A stream for an OpenAI client: it ends with {@code [DONE]}, and only behind a finish reason. */
public abstract class ChatStream implements EventTranslator {

    private boolean contentBegun;
    private boolean complete;
    private boolean stopped;

    /** Appends what comes between the last chunk and {@code [DONE]}. */
    protected abstract void beforeDone(Bytes out);

    public void content(boolean begun) {
        contentBegun |= begun;
    }

    public void finished(boolean now) {
        complete |= now;
    }

    @Override
    public final void end(Bytes out) {
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
    public final boolean contentBegun() {
        return contentBegun;
    }

    @Override
    public final boolean complete() {
        return complete;
    }

    @Override
    public final boolean stopped() {
        return stopped;
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
