package io.caravan.convert.chattomessages;

import io.caravan.convert.StreamTranslator;
import io.caravan.convert.UpstreamError;
import io.caravan.format.chat.ChatErrorBody;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Runs a stream through a translator as the gateway does, errors included. */
public final class MessagesStreams {

    private MessagesStreams() {
    }

    /** What the client gets for {@code events}, which come in reads of {@code most} bytes. */
    public static String translated(StreamTranslator translator, byte[] events, int most) {
        Bytes out = new Bytes(1024);
        try {
            run(translator, new ByteArrayInputStream(events) {
                @Override
                public synchronized int read(byte[] bytes, int offset, int length) {
                    return super.read(bytes, offset, Math.min(most, length));
                }
            }, out);
        } catch (UpstreamError e) {
            out.write(ChatErrorBody.event(e.status(), e.type(), e.getMessage()));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void run(StreamTranslator translator, InputStream in, Bytes out) {
        EventBuffer buffer = new EventBuffer(Integer.MAX_VALUE);
        try {
            while (buffer.fill(in) >= 0) {
                while (buffer.next()) {
                    translator.event(buffer.bytes(), buffer.start(), buffer.end(), out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        translator.end(out);
    }
}
