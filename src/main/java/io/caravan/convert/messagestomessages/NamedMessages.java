/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.MessageAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Messages upstream's answers for a Messages client: byte for byte, but for the model's name. Where the client has named
 * fallbacks, the name stays too: it says who has served.
 *
 * @param request   the client's
 * @param fallbacks whether it names fallbacks
 */
record NamedMessages(ModelRequest request, boolean fallbacks) implements Translator.Answers {

    @Override
    public Translator.Answer answer(byte[] answer) {
        MessageAnswer facts = MessageAnswer.read(answer, 0, answer.length);
        if (facts.error()) {
            throw ErrorReader.inside(answer, request.model());
        }
        if (!facts.content()) {
            refuseError(answer);
        }
        List<Edit> edits = new ArrayList<>(new CallIds(request).renamed(answer, 0, answer.length));
        if (!fallbacks) {
            edits.addAll(facts.withModel(request.model()));
        }
        byte[] named = Edit.applied(answer, edits);
        if (!request.stream()) {
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
        Optional<Failure> told = ErrorReader.told(answer, request.model());
        if (told.isPresent()) {
            throw told.get();
        }
    }

    @Override
    public Translator.Stream stream() {
        return new ByteLane(request, fallbacks);
    }
}
