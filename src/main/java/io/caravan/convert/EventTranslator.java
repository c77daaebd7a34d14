/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;

/** Turns the event stream of one upstream answer into the client's, event by event. No I/O; one thread at a time. */
public interface EventTranslator {

    /**
     * Takes one whole event as it came, its blank line included, and appends to {@code out} what the client gets for it:
     * whole events, or nothing.
     *
     * @throws io.caravan.failure.Failure if the event is an error, or no event of this format; {@code out} then holds whole events
     */
    void event(byte[] bytes, int start, int end, Bytes out);

    /**
     * Takes the end of the upstream's stream and appends what is left to say.
     *
     * @throws io.caravan.failure.Failure if the message was not complete: a cut stream never ends cleanly (rule 10)
     */
    void end(Bytes out);

    /** Whether a content block has begun at the client. */
    boolean contentBegun();

    /** Whether the message is complete; what may still come are its token counts. */
    boolean complete();

    /** Whether everything has been appended, the last event included; what still comes is not looked at. */
    boolean stopped();

    /** The token counts known so far. */
    Usage usage();
}
