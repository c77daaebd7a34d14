/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.convert.Translator;
import io.caravan.convert.Translator.Answer;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One attempt at an upstream, and its answer. Whoever takes the answer reads it to its end or calls {@link #cut}. */
public interface UpstreamAnswer {

    /** The property of the exchange that names the upstream of an attempt as the ids and URIs of routes do. */
    String ROUTE = "caravan.upstream.route";


    int status();

    /** The whole answer as the client gets it, where the upstream sent no stream. */
    Optional<Answer> whole();

    /** The body of a stream; its reads block, and fail once the answer was cut. */
    InputStream body();

    /** What brings the stream into the client's format. */
    Translator.Stream translator();

    /** What the upstream is sent. */
    Translator.Outgoing outgoing();

    /** What of the request the upstream was not sent, because it has no word for it; in order, each once. */
    Set<String> dropped();

    /** The id the upstream gave the request, or null. */
    @Nullable String requestId();

    /** What the upstream's head says of the client's own account there; empty where the gateway's was asked with. */
    List<Map.Entry<String, String>> accountHeaders();

    /** The backend's name in routes, metrics and the model table. */
    String backend();

    /** The upstream's own name: a workspace's, or the backend's. */
    String upstream();

    /** The model asked of the upstream. */
    String model();

    /** The limits of its time. */
    Deadlines deadlines();

    /** Closes the connection to the upstream at once, whatever it is doing. Any thread; harmless if repeated. */
    void cut();

    /** Whether {@link #cut} was called. */
    boolean isCut();

    /** Whether nothing more will be read of it: it was cut, has failed, or was read to its end. */
    boolean isOver();

    /** When the request was on its way to the upstream, as {@link System#nanoTime()}; 0 before. */
    long sentAt();

    /** When the head of the answer was here, as {@link System#nanoTime()}; 0 before. */
    long answeredAt();
}
