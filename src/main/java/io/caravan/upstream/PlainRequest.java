/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.settings.GatewaySettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Requests the gateway makes on its own account, few and far between: each on a thread and a connection of its own,
 * cut after a time whatever hangs. No redirect is followed, no cookie kept, nothing repeated. The outgoing proxy and
 * PROXY_CA_FILE count as for upstreams. Safe for use by many threads.
 */
final class PlainRequest {

    private static final Timeout CONNECT = Timeout.ofSeconds(5);

    /**
     * @param contentType the media type without its parameters; empty if it was not said
     * @param body        the body as far as it was asked for
     */
    record Answer(int status, String contentType, byte[] body) {

        /** Whether the request was answered with 200. */
        boolean isOk() {
            return status == 200;
        }
    }

    private final OutgoingProxy proxy;
    private final @Nullable SSLContext trust;

    PlainRequest(GatewaySettings.Outgoing outgoing) {
        this(new OutgoingProxy(outgoing), TrustedAuthorities.context(outgoing.caFile()));
    }

    /** @param trust decides which servers are believed; null for Java's own authorities */
    PlainRequest(OutgoingProxy proxy, @Nullable SSLContext trust) {
        this.proxy = proxy;
        this.trust = trust;
    }

    /** Whether {@code url} is asked for by way of a proxy. */
    boolean proxied(URI url) {
        return proxy.covers(url);
    }

    /**
     * Asks for {@code url}.
     *
     * @param names finds the addresses to connect to, by the name of the proxy where there is one
     * @param most  how many bytes of the body are read; the rest is thrown away
     * @param limit the longest time for all of it; then it fails with a {@link java.util.concurrent.TimeoutException}
     * @return fails with the {@link IOException} that came up
     */
    CompletableFuture<Answer> get(URI url, Map<String, String> headers, DnsResolver names, int most, Duration limit) {
        return send(new HttpGet(url), headers, names, most, limit);
    }

    /** Posts {@code form}, URL-encoded, to {@code url}; all else as with {@link #get}. */
    CompletableFuture<Answer> post(URI url, Map<String, String> headers, String form, DnsResolver names, int most,
            Duration limit) {
        HttpPost post = new HttpPost(url);
        post.setEntity(new StringEntity(form, ContentType.APPLICATION_FORM_URLENCODED));
        return send(post, headers, names, most, limit);
    }

    /** What a future of {@link #get} or {@link #post}, or one that depends on it, has failed with. */
    static Throwable cause(Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return failure.getCause();
        }
        return failure;
    }

    private CompletableFuture<Answer> send(HttpUriRequestBase request, Map<String, String> headers, DnsResolver names,
            int most, Duration limit) {
        request.setHeader("User-Agent", "caravan");
        headers.forEach(request::setHeader);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(ask(request, names, most, limit));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }, "caravan-request");
        thread.setDaemon(true);
        thread.start();
        answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).whenComplete((done, failure) -> request.cancel());
        return answer;
    }

    private Answer ask(HttpUriRequestBase request, DnsResolver names, int most, Duration limit) throws IOException {
        try (CloseableHttpClient client = client(names, Timeout.of(limit))) {
            try {
                return answer(client.executeOpen(null, request, null), most);
            } finally {
                request.cancel(); // closes the connection at once; closing the response would read it to its end
            }
        }
    }

    private static Answer answer(ClassicHttpResponse response, int most) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new Answer(response.getCode(), "", new byte[0]);
        }
        String type = Optional.ofNullable(ContentType.parseLenient(entity.getContentType()))
                .map(ContentType::getMimeType).orElse("");
        return new Answer(response.getCode(), type, entity.getContent().readNBytes(most));
    }

    private CloseableHttpClient client(DnsResolver names, Timeout limit) {
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setDefaultConnectionConfig(
                        ConnectionConfig.custom().setConnectTimeout(CONNECT).setSocketTimeout(limit).build());
        if (trust != null) {
            connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(trust));
        }
        HttpClientBuilder builder = HttpClients.custom().setConnectionManager(connections.build())
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(limit).build())
                .disableRedirectHandling().disableCookieManagement().disableAutomaticRetries().disableContentCompression();
        proxy.configure(builder);
        return builder.build();
    }
}
