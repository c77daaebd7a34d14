package io.caravan.call;

import io.caravan.convert.AnswerTranslation;
import io.caravan.format.Usage;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;

/** An upstream's answer whose body is still coming. Whoever takes it reads it to its end or calls {@link #cut}. */
public interface UpstreamAnswer {

    int status();

    /** The first value of a response header, or null; also null if it is not plain visible text. */
    String header(String name);

    /** The whole body as the client gets it, where the answer is one JSON object; null where it is a stream. */
    byte[] message();

    /** The token counts of {@link #message()}. */
    Usage usage();

    /** How the answer comes into the client's format; null on the byte lane of Messages. */
    AnswerTranslation translation();

    /** What of the request the upstream was not sent, because it has no word for it; in order, each once. */
    Set<String> dropped();

    /** The body of a stream; its reads block, and fail once the answer was cut. */
    InputStream stream();

    /** Closes the connection to the upstream at once, whatever it is doing. Any thread; harmless if repeated. */
    void cut();

    /** The upstream's name, for the client's error messages and the log. */
    String backend();

    /** The model asked of the upstream. */
    String model();

    /** Why a read failed: the gateway's own time limit, in words, or null if the upstream broke off by itself. */
    String cutReason();

    /** From now on a read that brings nothing for this long counts as the upstream's failure. */
    void limitSilence(Duration silence);

    /** When the request was on its way to the upstream, as {@link System#nanoTime()}. */
    long sentAt();

    /** When the head of the answer was here, as {@link System#nanoTime()}. */
    long answeredAt();
}
