/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;

/**
 * Answers a request that cannot be read in one way only: 400, for a head that is too long 414 or 431, with
 * {@code connection: close} and an error in the format its path is for. On the event loop.
 */
final class RefuseMalformed {

    private RefuseMalformed() {
    }

    /** Answers a request whose head is refused; Vert.x closes the connection behind the answer. */
    static void head(HttpServerRequest request) {
        request.response().end(start(request, failure(request.decoderResult().cause())));
    }

    /**
     * Answers a request whose body turned out malformed, unless its answer has begun or the failure is another, and
     * closes the connection. To be called by the handler of the failure: once that has returned, Vert.x closes too, and
     * does not send what waits.
     *
     * <p>The response is written and not ended, so that to all who serve the request its client has left.
     */
    static void body(HttpServerRequest request, Throwable cause) {
        HttpServerResponse response = request.response();
        boolean unanswered = !request.isEnded() && !response.headWritten();
        if (unanswered && cause instanceof MalformedRequest) {
            Buffer answer = start(request, failure(cause));
            response.putHeader("content-length", String.valueOf(answer.length())).write(answer);
            request.connection().close();
        }
    }

    private static Failure failure(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Failure.of(Kind.REQUEST_LINE_TOO_LONG, "The request line is too long.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Failure.of(Kind.HEADERS_TOO_LONG, "The request's headers are too long.");
        }
        String reason = "its head is not as RFC 9112 has it (line ends, header lines, Content-Length or Transfer-Encoding)";
        if (cause instanceof MalformedRequest malformed) {
            reason = malformed.reason();
        }
        return Failure.of(Kind.AMBIGUOUS_REQUEST,
                "This request could be read in more than one way, or in none: " + reason + ". Nothing behind it is read.");
    }

    /** Sets the head of the response, and returns its body. */
    private static Buffer start(HttpServerRequest request, Failure failure) {
        String id = "req_" + UUID.randomUUID();
        request.response().setStatusCode(failure.status())
                .putHeader("content-type", "application/json")
                .putHeader("request-id", id)
                .putHeader("connection", "close");
        return Buffer.buffer(ClientErrors.at(request.path()).body(failure, id));
    }
}
