package io.caravan.convert;

import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;

/** A stream for an OpenAI client: it ends with {@code [DONE]}, and only behind a finish reason. */
public abstract class ChatStream implements StreamTranslator {

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
            throw ErrorInside.cut();
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
}
