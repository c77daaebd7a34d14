/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client.relay;

import io.caravan.call.Call;
import io.caravan.call.CallWatch;
import io.caravan.call.UpstreamAnswer;
import io.caravan.settings.GatewaySettings;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The room's door: what gives an upstream's answer to its client, whole or event by event. Any thread. */
public final class AnswerRelays {

    private final GatewaySettings.Stream settings;
    private final CallWatch watch;

    /** @param watch looks after the pings */
    public AnswerRelays(GatewaySettings.Stream settings, CallWatch watch) {
        this.settings = settings;
        this.watch = watch;
    }

    /**
     * Makes {@code answer} the one the call is answered with. Of a stream this waits, on the request's worker, until the first
     * content has come or the response has begun, so that what fails before is still a failure; a whole answer passes.
     *
     * @param head makes the headers of the response when it begins
     * @throws io.caravan.failure.Failure if a stream fails before its first content, or the client leaves
     */
    public void begin(Call call, UpstreamAnswer answer, Supplier<List<Map.Entry<String, String>>> head) {
        answer.whole().ifPresentOrElse(
                whole -> call.life().answer(answer, new WholeAnswer(call, answer, whole, head)),
                () -> stream(call, answer, head));
    }

    private void stream(Call call, UpstreamAnswer answer, Supplier<List<Map.Entry<String, String>>> head) {
        StreamRelay relay = new StreamRelay(call, answer, settings, watch, head);
        call.life().whenOver(relay::close);
        call.life().answer(answer, relay);
        relay.open();
    }
}
