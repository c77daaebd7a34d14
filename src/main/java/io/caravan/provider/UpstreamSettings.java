/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One upstream: one URL with one credential. Made by {@link UpstreamReader#upstream}.
 *
 * @param id           its name; a workspace's is its own, and may hold anything but control characters
 * @param backend      the backend it belongs to, whose section of {@code models.yaml} and whose metrics are its own
 * @param dialect      what it speaks
 * @param urls         where it is; {@link Urls#NONE} where its host is not set
 * @param auth         the credential it is sent
 * @param scheme       the scheme of its credential, also where there is none yet
 * @param times        how long it is waited for
 * @param strip        what it must not be sent by its strip list: {@code key}, {@code parent.key} or {@code beta:NAME},
 *                     where a name may end in {@code *}
 * @param safeguards   who answers what a client in auto mode asks of the tool uses it gets
 * @param rules        the rules of transformation it has switched on; empty for those of its dialect (ledger 5.9)
 * @param transformers the routes that see each event of its streams, one after another
 * @param learns       whether a field it refuses is removed and the request sent once more
 * @param headers      fixed headers every request to it carries
 * @param clientHeaders how the names of those headers of the client's begin, in lower case, that it takes beside its format's
 * @param longContextBeta the beta that asks it for the long context; empty where it knows none
 * @param missing      the names of the settings it still needs; empty when it can be used
 * @param unconfigured what a client is told while settings are missing
 */
public record UpstreamSettings(
        String id,
        Backend backend,
        Dialect dialect,
        Urls urls,
        Auth auth,
        String scheme,
        Times times,
        List<String> strip,
        Safeguards safeguards,
        Optional<List<String>> rules,
        List<String> transformers,
        boolean learns,
        Map<String, String> headers,
        List<String> clientHeaders,
        String longContextBeta,
        List<String> missing,
        String unconfigured) {

    /** A client's context, and the beta that announces it. */
    private static final List<String> CONTEXT = List.of("safeguards", "beta:dangerous-tool-use-*");
    private static final Pattern NOT_IN_ROUTES = Pattern.compile("[^A-Za-z0-9._-]");

    /**
     * The full URLs of an upstream.
     *
     * @param requests where requests are posted to, but for what the dialect adds for a model
     * @param counts   where tokens are counted; empty where no such place is known
     * @param lists    where its models are listed
     * @param query    what stands behind the ? of each, encoded; empty for none
     */
    public record Urls(URI requests, Optional<URI> counts, URI lists, String query) {

        private static final URI NOWHERE = URI.create("http://not-configured.invalid");

        /** The same paths at {@code origin}, and no query. */
        Urls at(URI origin) {
            return equals(NONE) ? NONE : new Urls(moved(requests, origin), counts.map(url -> moved(url, origin)), moved(lists, origin), "");
        }

        private static URI moved(URI url, URI origin) {
            return origin.resolve(url.getRawPath());
        }

        /** What stands where the host is not set: nobody can be asked there. */
        public static final Urls NONE = new Urls(NOWHERE, Optional.empty(), NOWHERE, "");
    }

    /**
     * Who answers {@code safeguards}, the question of a client in auto mode. It holds the client's context, its rules and
     * folders, which are private: but for {@link #PASS} no upstream is sent it.
     */
    public enum Safeguards {
        /**
         * The upstream: it is sent the question, and its verdicts come back. The gateway's rules hold beside it; and alone,
         * where the upstream speaks a format that has no word for the question.
         */
        PASS,
        /** The gateway, where it has rules. */
        ANSWER,
        /** Nobody. */
        OFF
    }

    /**
     * How long an upstream is waited for.
     *
     * @param head        the longest wait for the response head of a stream
     * @param headSetting the setting that says so
     * @param answer      the longest wait for a whole answer that is not streamed
     */
    public record Times(Duration head, String headSetting, Duration answer) {}

    /** All that it must not be sent: its strip list, and a client's context unless it can be the one to answer. */
    public List<String> withheld() {
        boolean answers = safeguards == Safeguards.PASS && format() == WireFormat.MESSAGES;
        if (answers) {
            return strip;
        }
        return Stream.concat(strip.stream(), CONTEXT.stream()).distinct().toList();
    }

    /** Whether everything it needs is set. */
    public boolean configured() {
        return missing.isEmpty();
    }

    /** Whether it is known where it is. */
    public boolean hasHost() {
        return !urls.equals(Urls.NONE);
    }

    /** The name of its host, without the domain that all hosts of its provider share; empty where it is not known. */
    public Optional<String> instance() {
        return Optional.of(urls.requests()).filter(url -> hasHost()).map(WorkspaceUrl::instance);
    }

    /** The host of its URL, and its port where that is named. */
    public String host() {
        return urls.requests().getRawAuthority();
    }

    /** Scheme, host and port of where it is; empty where that is not known. */
    public Optional<String> origin() {
        return Optional.of(urls.requests()).filter(url -> hasHost())
                .map(url -> url.getScheme() + "://" + url.getRawAuthority());
    }

    /** The wire format it speaks. */
    public WireFormat format() {
        return dialect.format();
    }

    /** What stands for its id in the ids and URIs of routes. */
    public String routeName() {
        return routeName(id);
    }

    /** What stands for the name {@code id} in the ids and URIs of routes, where not every character may. */
    public static String routeName(String id) {
        return NOT_IN_ROUTES.matcher(id).replaceAll(other -> "_" + Integer.toHexString(other.group().codePointAt(0)));
    }

    /** What it is called and where it is: a header or a query may hold a secret. */
    @Override
    public String toString() {
        return id + " at " + origin().orElse("no host") + " (" + dialect.word() + ", " + scheme + ")";
    }

    /** The same at {@code origin}, without what may hold a secret: credential, query and fixed headers. */
    UpstreamSettings at(URI origin) {
        return new UpstreamSettings(id, backend, dialect, urls.at(origin), new Auth.None(), scheme, times, strip, safeguards, rules, transformers,
                learns, Map.of(), clientHeaders, longContextBeta, missing, unconfigured);
    }

    /** The same by another name. */
    UpstreamSettings withId(String other) {
        return new UpstreamSettings(other, backend, dialect, urls, auth, scheme, times, strip, safeguards, rules, transformers,
                learns, headers, clientHeaders, longContextBeta, missing, unconfigured);
    }

    /** The same, whose streams these routes see. */
    UpstreamSettings withTransformers(List<String> routes) {
        return new UpstreamSettings(id, backend, dialect, urls, auth, scheme, times, strip, safeguards, rules, routes, learns,
                headers, clientHeaders, longContextBeta, missing, unconfigured);
    }
}
