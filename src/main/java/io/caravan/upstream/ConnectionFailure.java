/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

/** Says in the client's terms why an upstream could not be talked to (case E19), without naming its host. */
final class ConnectionFailure {

    private ConnectionFailure() {
    }

    static Failure of(IOException cause, String upstream) {
        if (cause instanceof ConnectionRequestTimeoutException) {
            return Failure.of(Kind.NO_CONNECTION, "The gateway has no connection to the upstream (" + upstream
                    + ") left; connections-per-route sets how many there are.");
        }
        return Failure.of(Kind.UNREACHABLE, "The upstream (" + upstream + ") " + words(cause));
    }

    private static String words(IOException cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "could not be reached in time.";
        }
        if (cause instanceof UnknownHostException) {
            return "could not be reached: its host name is not known.";
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return "could not be reached: the connection was refused.";
        }
        if (cause instanceof SSLException) {
            return "could not be reached: no TLS connection could be made (PROXY_CA_FILE adds a CA of your own).";
        }
        return cause instanceof SocketTimeoutException ? "did not answer in time."
                : "broke the connection off before it answered.";
    }
}
