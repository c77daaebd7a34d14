package io.caravan.convert;

import io.caravan.format.Usage;

/** How the answer to one request comes back into the client's format. Made with the request; used once. */
public interface AnswerTranslation {

    /** A whole JSON answer in the client's format, and its token counts. */
    record Message(byte[] body, Usage usage) {
    }

    /**
     * Turns a whole JSON answer.
     *
     * @throws UpstreamError if it is an error inside, or no answer of the upstream's format
     */
    Message message(byte[] answer);

    /** A translator for the answer as an event stream. */
    StreamTranslator stream();

    /** {@code message}, which {@link #message} made, as the event stream it would have been (case S35). */
    byte[] asStream(byte[] message);
}
