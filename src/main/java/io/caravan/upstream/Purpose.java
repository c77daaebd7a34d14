/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.Deadlines;
import io.caravan.convert.Translator;
import io.caravan.learning.Learned.Mending;

/** What an attempt is for: a model's answer, or a count of tokens. */
interface Purpose {

    /** What brings the answer back. */
    Translator translator();

    /** What goes out. */
    default Translator.Outgoing outgoing() {
        return translator().request();
    }

    /** What the upstream has refused of the request, and is not sent. */
    Mending mending();

    /** The path it is posted to; empty for that of the URL. */
    String path();

    /** Sets the limit of the time to the answer's head. */
    void awaitHead(Deadlines deadlines);

    /** Sets the limit of what comes behind the head. */
    void answered(Deadlines deadlines);

    /** The request of {@code call} has gone out to {@code upstream}. */
    void sent(Upstream upstream, Call call);
}
