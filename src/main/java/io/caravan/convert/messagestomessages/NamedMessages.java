/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.MessageAnswer;
import java.util.Optional;

/**
 * A Messages upstream's answers for a Messages client: byte for byte, but for the model's name. Where the client has named
 * fallbacks, the name stays too: it says who has served.
 *
 * @param clientModel the model's name as the client gave it
 * @param fallbacks   whether the client has named fallbacks
 * @param streamed    whether the client asked for a stream
 */
record NamedMessages(String clientModel, boolean fallbacks, boolean streamed) implements Translator.Answers {

    @Override
    public Translator.Answer answer(byte[] answer) {
        MessageAnswer facts = MessageAnswer.read(answer, 0, answer.length);
        if (facts.error()) {
            throw ErrorReader.inside(answer, clientModel);
        }
        if (!facts.content()) {
            refuseError(answer);
        }
        byte[] named = answer;
        if (!fallbacks) {
            named = Edit.applied(answer, facts.withModel(clientModel));
        }
        if (!streamed) {
            return new Translator.Answer(named, facts.usage());
        }
        if (!facts.content()) {
            throw new MalformedBody("none");
        }
        return new Translator.Answer(EventFrames.ofMessage(named), facts.usage());
    }

    @Override
    public Translator.Answer joined(byte[] events) {
        return answer(EventFrames.toMessage(stream().all(events)));
    }

    /** Some errors have no envelope. */
    private void refuseError(byte[] answer) {
        Optional<Failure> told = ErrorReader.told(answer, clientModel);
        if (told.isPresent()) {
            throw told.get();
        }
    }

    @Override
    public Translator.Stream stream() {
        return new ByteLane(clientModel, fallbacks);
    }
}
