/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.format.chat.PublicUrl;
import io.caravan.format.json.MalformedBody;
import io.caravan.settings.GatewaySettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Turns the public https URL of an image into a {@code data:} URL (PROXY_FETCH_IMAGES), behind a guard: only
 * hosts all of whose addresses are public, no redirects, nothing of the client's or the gateway's is sent along. Blocks
 * for at most ten seconds; anything amiss is a {@link MalformedBody} that names no address. Where an outgoing proxy does
 * the looking up, only what this machine itself knows to be private is refused. Safe for use by many threads.
 */
final class ImageFetch implements UnaryOperator<String> {

    private static final String ACCEPTED = "image/jpeg, image/png, image/gif, image/webp";
    /** How a file begins, as Latin-1, for each media type. */
    private static final Map<String, Pattern> STARTS = Map.of(
            "image/jpeg", Pattern.compile("\u00ff\u00d8\u00ff"),
            "image/png", Pattern.compile("\u0089PNG\r\n\u001a\n"),
            "image/gif", Pattern.compile("GIF8[79]a"),
            "image/webp", Pattern.compile("RIFF.{4}WEBP", Pattern.DOTALL));
    private static final int LARGEST = 5 * 1024 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PlainRequest requests;
    private final DnsResolver names;
    private final PublicAddresses guard;
    private final Duration limit;

    ImageFetch(GatewaySettings settings) {
        this(new PlainRequest(settings.outgoing()), SystemDefaultDnsResolver.INSTANCE, PublicAddresses::isPublic, LIMIT);
    }

    /** For tests, which have no public host. */
    ImageFetch(PlainRequest requests, DnsResolver names, Predicate<InetAddress> allowed, Duration limit) {
        this.requests = requests;
        this.names = names;
        this.guard = new PublicAddresses(names, allowed);
        this.limit = limit;
    }

    @Override
    public String apply(String url) {
        if (!PublicUrl.is(url)) {
            throw failed("it is not https to a public host");
        }
        PlainRequest.Answer answer = fetch(URI.create(url));
        if (!answer.isOk()) {
            throw failed(status(answer.status()));
        }
        if (answer.body().length > LARGEST) {
            throw failed("it is larger than " + LARGEST / (1024 * 1024) + " MB");
        }
        String type = type(answer.body()).filter(answer.contentType()::equalsIgnoreCase).orElseThrow(() ->
                failed("it is not served as the JPEG, PNG, GIF or WebP image that it would have to be"));
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(answer.body());
    }

    private static String status(int status) {
        String words = "it was answered with status " + status;
        if (status / 100 == 3) {
            words += "; redirects are not followed";
        }
        return words;
    }

    private PlainRequest.Answer fetch(URI url) {
        DnsResolver resolver = requests.proxied(url) ? proxyNames(url.getHost()) : guard;
        try {
            return requests.get(url, Map.of("Accept", ACCEPTED), resolver, LARGEST + 1, limit).join();
        } catch (CompletionException e) {
            throw failed(why(PlainRequest.cause(e)));
        }
    }

    private String why(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "it took longer than " + limit.toSeconds() + " s";
        }
        if (cause instanceof UnknownHostException) {
            return "its host has no public address";
        }
        return "its host could not be talked to";
    }

    /** Finds the proxy, unless the image's host is known to be private; one not known here is the proxy's to find. */
    private DnsResolver proxyNames(String host) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String proxy) throws UnknownHostException {
                try {
                    guard.resolve(host);
                } catch (PublicAddresses.NotPublic e) {
                    throw e;
                } catch (UnknownHostException e) {
                    // left to the proxy
                }
                return names.resolve(proxy);
            }

            @Override
            public String resolveCanonicalHostname(String name) throws UnknownHostException {
                return names.resolveCanonicalHostname(name);
            }
        };
    }

    /** The media type by the first bytes. */
    private static Optional<String> type(byte[] body) {
        String start = new String(Arrays.copyOf(body, 12), StandardCharsets.ISO_8859_1);
        return STARTS.entrySet().stream().filter(known -> known.getValue().matcher(start).lookingAt())
                .map(Map.Entry::getKey).findFirst();
    }

    private static MalformedBody failed(String why) {
        return new MalformedBody("image URL could not be fetched: " + why);
    }
}
