/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.format.Usage;

/** Brings one answer of an upstream into a client's format: a whole one, or a stream. One answer, one thread; no I/O. */
public interface AnswerTranslator {

    /**
     * A whole answer for the client, in the form it asked for: JSON, or the events it would have been (case S35).
     *
     * @param usage its token counts
     */
    record Answer(byte[] body, Usage usage) {
    }

    /**
     * Brings a whole JSON answer back.
     *
     * @throws io.caravan.failure.Failure           if it is an error inside a good status, or incomplete
     * @throws io.caravan.format.json.MalformedBody if it is no answer of the upstream's format; the message goes on after
     *                                              "a message that is"
     */
    Answer answer(byte[] answer);

    /** Brings an event stream back. */
    StreamTranslator stream();
}
