/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client.relay;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.ClientStream;
import io.caravan.call.UpstreamAnswer;
import io.caravan.convert.Translator.Answer;
import io.caravan.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** An answer that the upstream has given whole: it goes out in one piece. */
final class WholeAnswer implements CallLife.Relay {

    private final Call call;
    private final UpstreamAnswer from;
    private final Answer answer;
    private final Supplier<List<Map.Entry<String, String>>> head;
    private byte[] body;

    /** @param head makes the headers of the response */
    WholeAnswer(Call call, UpstreamAnswer from, Answer answer, Supplier<List<Map.Entry<String, String>>> head) {
        this.call = call;
        this.from = from;
        this.answer = answer;
        this.head = head;
        this.body = answer.body();
    }

    @Override
    public void run() {
        call.record().usage(answer.usage());
        call.life().upstreamEnded(Optional.empty());
        call.record().firstByte(from.status());
        ClientStream client = call.client();
        if (client.started()) {
            client.write(body, 0, body.length);
            client.end();
        } else {
            client.send(from.status(), head.get(), body);
        }
    }

    @Override
    public Optional<byte[]> message() {
        return Optional.of(body).filter(whole -> !call.request().stream());
    }

    @Override
    public void message(byte[] changed) {
        body = changed;
    }

    @Override
    public void breakOff(Failure failure) {
        call.client().reset();
    }
}
