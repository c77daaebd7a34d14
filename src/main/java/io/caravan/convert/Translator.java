/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.format.json.Edit;
import java.util.List;
import java.util.Set;

/**
 * One request of a client on its way to an upstream, and the way back for whatever the upstream answers: a whole answer, a
 * stream, an error. There is one class for each pair of formats, the pair of a format with itself among them; the
 * {@link Translators} know them. Made new for each attempt, used by one thread; no I/O.
 */
public interface Translator extends AnswerTranslator {

    /**
     * A request as the upstream takes it.
     *
     * @param body    the exact bytes, in slices that may share the client's
     * @param dropped what was left out on purpose, in order and each once; never words of the client's
     */
    record Outgoing(List<Edit.Slice> body, Set<String> dropped) {

        /** How many bytes the body has. */
        public int length() {
            return Edit.length(body);
        }

        /** The body as one array. */
        public byte[] bytes() {
            return Edit.joined(body);
        }
    }

    /** The request as it goes out; the same at each call. */
    Outgoing request();

    /**
     * What an error answer means, and what the client is told of it.
     *
     * @param status the HTTP status, 400 or more
     * @param body   the body as it came, in whatever form
     */
    Failure error(int status, byte[] body);
}
