/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;

/**
 * How much of a body is left when its request is answered, and what becomes of it. Closing at once would reset the
 * connection and could lose the answer on its way, so what still comes is thrown away for a moment first.
 */
enum UnreadBody {
    NONE, SMALL, LARGE;

    private static final long LARGEST_SMALL = 64 * 1024;
    private static final long GRACE_MILLIS = 2_000;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    static UnreadBody of(HttpServerRequest request) {
        if (request.isEnded()) {
            return NONE;
        }
        if (request.headers().contains("transfer-encoding")) {
            return LARGE;
        }
        String announced = request.getHeader("content-length");
        return announced == null || isSmall(announced) ? SMALL : LARGE;
    }

    private static boolean isSmall(String length) {
        return length.length() < 10 && Long.parseLong(length.strip()) <= LARGEST_SMALL;
    }

    /** On the event loop, after the response: drops the rest; a large one costs the connection. */
    void discard(HttpServerRequest request, Context context) {
        if (this == NONE) {
            return;
        }
        request.exceptionHandler(failure -> { });
        if (this == LARGE) {
            long[] seen = {0};
            request.handler(buffer -> {
                seen[0] += buffer.length();
                if (seen[0] > MOST_BYTES) {
                    request.connection().close();
                }
            });
            request.endHandler(end -> request.connection().close());
            context.owner().setTimer(GRACE_MILLIS, timer -> request.connection().close());
        } else {
            request.handler(buffer -> { });
            request.endHandler(end -> { });
        }
        request.resume();
    }
}
