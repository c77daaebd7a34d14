/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

/** Says in the client's terms why an upstream could not be talked to (case E19), without naming its host. */
final class ConnectionFailure {

    private static final String NO_TLS = "could not be reached: there is no TLS at that port; check https:// and the port of its"
            + " URL.";
    private static final String REFUSED = "could not be reached: the connection was refused.";
    /** What a client is told where the outgoing proxy does not take the gateway's credential. */
    static final String CREDENTIAL = "The outgoing proxy refused the gateway's credential (PROXY_URL, HTTPS_PROXY); its operator"
            + " must check it.";
    /** The first that fits counts: some are kinds of others. */
    private static final List<Map.Entry<Class<? extends IOException>, String>> WORDS = List.of(
            Map.entry(ConnectTimeoutException.class, "could not be reached in time."),
            Map.entry(UnknownHostException.class, "could not be reached: its host name is not known."),
            Map.entry(ConnectException.class, REFUSED),
            Map.entry(NoRouteToHostException.class, REFUSED),
            Map.entry(SSLException.class,
                    "could not be reached: no TLS connection could be made (PROXY_CA_FILE adds a CA of your own)."),
            Map.entry(SocketTimeoutException.class, "did not answer in time."),
            Map.entry(IOException.class, "broke the connection off before it answered."));

    private ConnectionFailure() {
    }

    /**
     * What an outgoing proxy means that answers a CONNECT itself, instead of making the connection.
     *
     * @param status its answer's
     */
    static Failure ofProxy(int status, String upstream) {
        return switch (ErrorReader.ofProxy(status)) {
            case PROXY_CREDENTIAL_REFUSED -> Failure.of(Kind.PROXY_CREDENTIAL_REFUSED, CREDENTIAL);
            case UNREACHABLE -> Failure.of(Kind.UNREACHABLE, "The outgoing proxy could not reach the upstream (" + upstream
                    + "): " + status + ".");
            default -> Failure.of(Kind.PROXY_REFUSED, "The outgoing proxy, not the upstream (" + upstream
                    + "), refused to connect: " + status + "; its operator must allow the upstream's host, or NO_PROXY name it.");
        };
    }

    /** A server that answers a TLS greeting in plain text, or hangs up on it, most often speaks none. */
    private static boolean speaksNoTls(IOException cause) {
        if (!(cause instanceof SSLException)) {
            return false;
        }
        String words = String.valueOf(cause.getMessage());
        return words.contains("Unsupported or unrecognized SSL message") || cause.getCause() instanceof EOFException;
    }

    static Failure of(IOException cause, String upstream) {
        if (cause instanceof ConnectionRequestTimeoutException) {
            return Failure.of(Kind.NO_CONNECTION, "The gateway has no connection to the upstream (" + upstream
                    + ") left; connections-per-route sets how many there are.");
        }
        if (speaksNoTls(cause)) {
            return Failure.of(Kind.UNREACHABLE, "The upstream (" + upstream + ") " + NO_TLS);
        }
        String words = WORDS.stream().filter(known -> known.getKey().isInstance(cause)).findFirst().orElseThrow().getValue();
        return Failure.of(Kind.UNREACHABLE, "The upstream (" + upstream + ") " + words);
    }
}
