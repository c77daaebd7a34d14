/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.WireFormat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * Joins an {@link Attempt} to the HTTP request Camel makes of it: writes its headers, makes it cuttable in every phase,
 * notes the head of the answer; sends it once more where an OAuth token was refused (case E12). One bean serves the
 * {@code http} and the {@code https} component.
 */
final class UpstreamClient implements HttpClientConfigurer, ExecChainHandler {

    private static final long STALE_SHOWS_WITHIN_NANOS = 500_000_000L;

    private final OutgoingProxy proxy;

    UpstreamClient(OutgoingProxy proxy) {
        this.proxy = proxy;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addExecInterceptorFirst("caravan-attempt", this);
        proxy.configure(builder);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (!(scope.originalRequest.getEntity() instanceof AttemptEntity entity)) {
            return chain.proceed(request, scope);
        }
        Attempt attempt = entity.attempt();
        address(scope.originalRequest, attempt);
        try {
            ClassicHttpResponse response = sendRenewing(scope, chain, entity);
            attempt.answered(response);
            return response;
        } catch (MessageConstraintException e) {
            attempt.done();
            throw attempt.badAnswer("answered with header lines that are too long (over 8 KB) or too many (over 100).");
        } catch (IOException e) {
            attempt.done();
            throw attempt.brokenOff(e);
        } catch (Failure e) {
            attempt.done();
            throw e;
        } catch (HttpException e) {
            counted(e, entity);
            throw attempt.badAnswer("answered with what is not HTTP; check its URL.");
        }
    }

    private static void address(HttpRequest request, Attempt attempt) {
        if (!attempt.purpose().path().isEmpty()) {
            request.setPath(attempt.purpose().path());
        }
        if (attempt.call().beta() && attempt.target().format() == WireFormat.MESSAGES) {
            String path = request.getPath();
            request.setPath(path + (path.indexOf('?') < 0 ? "?" : "&") + "beta=true");
        }
    }

    /** Sends the request; once more with a new credential if there can be one for the one that was refused. */
    private static ClassicHttpResponse sendRenewing(ExecChain.Scope scope, ExecChain chain, AttemptEntity entity)
            throws IOException, HttpException {
        AttemptCredential credential = entity.attempt().credential();
        ClassicHttpResponse response = send(scope, chain, entity);
        if (ErrorReader.isUnauthenticated(response.getCode()) && credential.mayRenew()) {
            response.close();
            credential.renew();
            return send(scope, chain, entity);
        }
        return response;
    }

    /** Writes to the original request, of which each sending, also one that a proxy asks for, is a copy. */
    private static ClassicHttpResponse send(ExecChain.Scope scope, ExecChain chain, AttemptEntity entity)
            throws IOException, HttpException {
        entity.writeHeaders(scope.originalRequest);
        entity.attempt().sending((Cancellable) scope.originalRequest);
        return proceed(scope, chain, entity);
    }

    /**
     * Sends the request; once more if the upstream had closed a kept-alive connection in the meantime, which shows as soon
     * as it is used: then it has read nothing. What breaks later may have been billed and is not repeated.
     */
    private static ClassicHttpResponse proceed(ExecChain.Scope scope, ExecChain chain, AttemptEntity entity)
            throws IOException, HttpException {
        long sentAt = System.nanoTime();
        try {
            return once(scope, chain, entity);
        } catch (IOException e) {
            boolean atOnce = System.nanoTime() - sentAt < STALE_SHOWS_WITHIN_NANOS;
            boolean stale = atOnce && wasStale(e, scope);
            if (!stale || entity.attempt().isCut()) {
                throw counted(e, entity);
            }
        }
        IdleConnections.close(entity.attempt());
        try {
            return once(scope, chain, entity);
        } catch (IOException e) {
            throw counted(e, entity);
        }
    }

    /** An answer to a request that did not go out is an outgoing proxy's: to the CONNECT before it. */
    private static ClassicHttpResponse once(ExecChain.Scope scope, ExecChain chain, AttemptEntity entity)
            throws IOException, HttpException {
        entity.again();
        ClassicHttpResponse response = throughChain(chain, ClassicRequestBuilder.copy(scope.originalRequest).build(), scope,
                entity.attempt());
        if (!entity.begun()) {
            response.close();
            throw ConnectionFailure.ofProxy(response.getCode(), entity.attempt().upstream());
        }
        entity.attempt().sent();
        return response;
    }

    /** HttpClient takes a connection that a cut took away before it was used for a defect of its caller. */
    private static ClassicHttpResponse throughChain(ExecChain chain, ClassicHttpRequest request, ExecChain.Scope scope,
            Attempt attempt) throws IOException, HttpException {
        try {
            return chain.proceed(request, scope);
        } catch (IllegalStateException e) {
            if (attempt.isCut()) {
                throw new InterruptedIOException("cut before it was sent");
            }
            throw e;
        }
    }

    private static <E extends Exception> E counted(E failure, AttemptEntity entity) {
        if (entity.begun()) {
            entity.attempt().sent();
        }
        return failure;
    }

    /** Whether a connection that had served before was closed without an answer. */
    private static boolean wasStale(IOException failure, ExecChain.Scope scope) {
        EndpointDetails connection = scope.clientContext.getEndpointDetails();
        if (connection == null || !isClosing(failure)) {
            return false;
        }
        long answered = connection.getResponseCount();
        return answered > 0 && connection.getRequestCount() > answered;
    }

    private static boolean isClosing(IOException failure) {
        if (failure instanceof ConnectException) {
            return false;
        }
        return failure instanceof NoHttpResponseException || failure instanceof SocketException;
    }
}
