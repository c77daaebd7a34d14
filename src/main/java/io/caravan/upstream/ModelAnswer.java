/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.Deadlines;
import io.caravan.convert.Translator;
import io.caravan.learning.Learned.Mending;

/** An attempt that asks for a model's answer. */
record ModelAnswer(Translator translator, Mending mending, String path, boolean streamed) implements Purpose {

    @Override
    public void awaitHead(Deadlines deadlines) {
        deadlines.awaitHead(streamed);
    }

    @Override
    public void answered(Deadlines deadlines) {
        if (streamed) {
            deadlines.awaitWhole();
        }
    }

    @Override
    public void sent(Upstream upstream, Call call) {
        upstream.sent(call);
    }
}
