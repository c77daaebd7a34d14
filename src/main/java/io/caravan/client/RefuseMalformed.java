/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.format.chat.ChatErrorBody;
import io.caravan.format.messages.ErrorBody;
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

    private static final String TYPE = "invalid_request_error";

    private RefuseMalformed() {
    }

    /** Answers a request whose head is refused; Vert.x closes the connection behind the answer. */
    static void head(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            request.response().end(start(request, 414, "The request line is too long."));
        } else if (cause instanceof TooLongHttpHeaderException) {
            request.response().end(start(request, 431, "The request's headers are too long."));
        } else {
            request.response().end(start(request, 400, words(cause)));
        }
    }

    /**
     * Answers a request whose body turned out malformed, unless its answer has begun or the failure is another, and
     * closes the connection. To be called by the handler of the failure: once that has returned, Vert.x closes too, and
     * does not send what waits.
     *
     * <p>The response is written and not ended, so that to all who serve the request its client has left.
     */
    static void body(HttpServerRequest request, Throwable failure) {
        HttpServerResponse response = request.response();
        if (failure instanceof MalformedRequest && !request.isEnded() && !response.headWritten()) {
            Buffer answer = start(request, 400, words(failure));
            response.putHeader("content-length", String.valueOf(answer.length())).write(answer);
            request.connection().close();
        }
    }

    private static String words(Throwable cause) {
        String reason = cause instanceof MalformedRequest ? cause.getMessage()
                : "its head is not as RFC 9112 has it (line ends, header lines, Content-Length or Transfer-Encoding)";
        return "This request could be read in more than one way, or in none: " + reason + ". Nothing behind it is read.";
    }

    /** Sets the head of the response, and returns its body. */
    private static Buffer start(HttpServerRequest request, int status, String message) {
        String id = "req_" + UUID.randomUUID();
        boolean chat = request.path() != null && request.path().startsWith("/v1/chat/");
        request.response().setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("request-id", id)
                .putHeader("connection", "close");
        return Buffer.buffer(chat ? ChatErrorBody.of(status, TYPE, message) : ErrorBody.of(TYPE, message, id));
    }
}
