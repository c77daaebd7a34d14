/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.convert.chattochat.ChatToChat;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.convert.messagestomessages.MessagesToMessages;
import io.caravan.convert.responsestomessages.ResponsesToMessages;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.Usage;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Edit;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One request of a client on its way to an upstream, and the way back for whatever the upstream answers: a whole answer, a
 * stream, an error. There is one class for each pair of formats, the pair of a format with itself among them. Made new for
 * each attempt, used by one thread; no I/O.
 */
public interface Translator {

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

    /**
     * A whole answer for the client, in the form it asked for: JSON, or the events it would have been (case S35).
     *
     * @param usage its token counts
     */
    record Answer(byte[] body, Usage usage) {
    }

    /**
     * What becomes of the events of one upstream's stream on their way to the client. What arrived together leaves together.
     * One thread at a time; no I/O but the sink's.
     */
    interface Stream {

        /** Where the bytes for the client go. */
        interface Sink {

            /** Takes whole events. */
            void write(byte[] bytes, int from, int to);

            /** Takes a part of an event whose end is still to come. */
            void writePart(byte[] bytes, int from, int to);
        }

        /** The most bytes held for one event that is not whole yet. */
        int largestEvent();

        /**
         * Takes all events that are whole, and gives on what the client gets for them, together.
         *
         * @throws Failure if one of them is an error that the client is to be told in our own words, or no event of the format
         */
        void take(EventBuffer events, Sink sink);

        /** Takes an event that is larger than {@link #largestEvent()} and not whole yet. */
        void takePart(EventBuffer events, Sink sink);

        /**
         * Takes the end of the upstream's stream, and with it what {@code events} still holds.
         *
         * @throws Failure if the message was not complete: a cut stream never ends cleanly (rule R10)
         */
        void end(EventBuffer events, Sink sink);

        /** Whether a content block has begun. */
        boolean content();

        /** Whether the message is complete; an upstream may then close, or take {@link #closing()} for what is left. */
        boolean ended();

        /** How long the upstream may take to close its stream from here on. */
        Duration closing();

        /** Whether what came last still counts though the message is complete, so that {@link #closing()} begins anew. */
        default boolean goesOn() {
            return false;
        }

        /** The error the upstream sent in the middle of the message, where the client has been given it as it came. */
        Optional<Failure> told();

        /**
         * The event that ends the client's stream with a failure, where that is one only this stream can write; empty: any
         * error event of the client's format.
         */
        default Optional<byte[]> failed(Failure failure) {
            return Optional.empty();
        }

        /** The token counts known so far. */
        Usage usage();

        /**
         * What becomes of a whole stream at once.
         *
         * @throws Failure as {@link #take} and {@link #end}, or what {@link #told} has
         */
        default byte[] all(byte[] stream) {
            return WholeStream.through(this, stream);
        }
    }

    /**
     * Brings one answer of an upstream into a client's format: a whole one, or a stream. One answer, one thread; no I/O.
     */
    interface Answers {

        /**
         * Brings a whole JSON answer back.
         *
         * @throws Failure                              if it is an error inside a good status, or incomplete
         * @throws io.caravan.format.json.MalformedBody if it is no answer of the upstream's format; the message goes on
         *                                              after "a message that is"
         */
        Answer answer(byte[] answer);

        /** Brings an event stream back. */
        Stream stream();

        /**
         * Brings a whole event stream back as a whole answer, for a client that asked for JSON.
         *
         * @throws Failure                              as {@link #answer}, or if the stream is cut short
         * @throws io.caravan.format.json.MalformedBody if it is no stream of the upstream's format
         */
        Answer joined(byte[] events);

        /** These, and behind them {@code second}, which reads what these write. */
        default Answers then(Answers second) {
            return new ChainedAnswers(this, second);
        }

        /** Brings a whole body back, JSON or events, told by its first bytes; otherwise as {@link #answer}. */
        default Answer ofAnyForm(byte[] body) {
            return AnyForm.whole(body, this);
        }

        /** Brings back what should be an event stream, and is told by its first bytes. */
        default Stream streamOfAnyForm() {
            return new AnyForm(this);
        }
    }

    /** What the events of one answer pass on their way to the client, behind their translator. One answer, one thread. */
    interface Filter extends Stream.Sink {

        /**
         * What arrived together has been written.
         *
         * @param whole whether the translator could take all of it
         */
        void written(boolean whole);

        /**
         * The stream is over.
         *
         * @param whole whether the message was complete
         */
        void ended(boolean whole);

        /** What goes out for a whole JSON answer. */
        default byte[] message(byte[] message) {
            return message;
        }
    }

    /**
     * This translator, whose answers pass a filter more on their way to the client.
     *
     * @param filter   makes that of one answer, which writes to the sink it is given
     * @param streamed whether the client asked for a stream
     */
    default Translator through(Function<Stream.Sink, Filter> filter, boolean streamed) {
        return new FilteredTranslator(this, filter, streamed);
    }

    /**
     * The translator of one attempt. Converts the request; does not block, but where an image is fetched.
     *
     * @throws io.caravan.format.json.MalformedBody if the request cannot be one of the upstream's format without changing
     *                                              its meaning
     */
    static Translator open(WireFormat.Pair pair, ModelRequest request, UpstreamTerms terms) {
        boolean chat = pair.upstream() == WireFormat.CHAT;
        return switch (pair.client()) {
            case MESSAGES -> chat ? new MessagesToChat(request, terms) : new MessagesToMessages(request, terms);
            case CHAT -> chat ? new ChatToChat(request, terms) : new ChatToMessages(request, terms);
            case RESPONSES -> chat ? ByWayOfMessages.toChat(request, terms) : new ResponsesToMessages(request, terms);
        };
    }

    /** The request as it goes out; the same at each call. */
    Outgoing request();

    /** What brings the upstream's answer back, if it is none of an error. */
    Answers answers();

    /**
     * What an error answer means, and what the client is told of it.
     *
     * @param status the HTTP status, 400 or more
     * @param body   the body as it came, in whatever form
     */
    Failure error(int status, byte[] body);
}
