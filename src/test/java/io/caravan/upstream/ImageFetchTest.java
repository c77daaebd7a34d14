/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.json.MalformedBody;
import io.caravan.settings.GatewaySettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching an image by its URL, and all that is not fetched (M12 with PROXY_FETCH_IMAGES). */
@Timeout(120)
class ImageFetchTest {

    private static final byte[] PNG = latin1("\u0089PNG\r\n\u001a\n and the rest");
    private static final GatewaySettings.Outgoing DIRECT = new GatewaySettings.Outgoing(null, null, List.of(), null);
    private static final Predicate<InetAddress> ANY = address -> true;

    @TempDir
    static Path directory;
    private static ImageHost host;
    private final Names names = new Names("127.0.0.1");

    @BeforeAll
    static void start() throws Exception {
        host = ImageHost.start(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    @BeforeEach
    void forget() {
        host.heads.clear();
        host.answers("200 OK", "image/png", PNG);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ImageFetch fetch(GatewaySettings.Outgoing outgoing, Names names, Predicate<InetAddress> allowed, Duration limit) {
        return new ImageFetch(new PlainRequest(new OutgoingProxy(outgoing), host.trust), names, allowed, limit);
    }

    private ImageFetch fetch() {
        return fetch(DIRECT, names, ANY, Duration.ofSeconds(20));
    }

    private static String refusal(ImageFetch fetch, String url) {
        String words = assertThrows(MalformedBody.class, () -> fetch.apply(url)).getMessage();
        assertTrue(words.startsWith("image URL could not be fetched: "), words);
        assertFalse(words.contains("127.0.0.1") || words.contains("10.0.0") || words.contains(ImageHost.NAME), words);
        return words;
    }

    @ParameterizedTest
    @CsvSource({"image/png,'\u0089PNG\r\n\u001a\n...',image/png", "image/jpeg,'\u00ff\u00d8\u00ff\u00e0....',image/jpeg",
        "IMAGE/GIF; charset=x,GIF89a,image/gif", "image/webp,RIFF....WEBPVP8,image/webp"})
    void anImageComesBackAsItsDataUrl(String served, String body, String type) {
        host.answers("200 OK", served, latin1(body));
        assertEquals("data:" + type + ";base64,"
                + Base64.getEncoder().encodeToString(latin1(body)), fetch().apply(host.url()));
    }

    @Test
    void theHostIsLookedUpOnceAndToldNothingOfAnybody() {
        fetch().apply(host.url());
        assertEquals(List.of(ImageHost.NAME), names.asked);
        String head = host.heads.get(0).toLowerCase(Locale.ROOT);
        assertTrue(head.startsWith("get /a/picture?size=1 http/1.1\n"), head);
        for (String name : new String[] {"authorization", "cookie", "x-api-key", "referer", "accept-encoding"}) {
            assertFalse(head.contains("\n" + name + ":"), head);
        }
    }

    // refused by its looks, nothing is even looked up
    @ParameterizedTest
    @ValueSource(strings = {"http://images.example/a.png", "https://127.0.0.1/a.png", "https://10.0.0.1/a.png",
        "https://[::1]/a.png", "https://localhost/a.png", "https://user:pw@images.example/a.png", "file:///etc/passwd",
        "https://metadata.google.internal/x", "ftp://images.example/a.png", "https://0x7f000001/a.png",
        "https://2130706433/a.png",
        "https:///a.png", "not a url", ""})
    void aUrlThatIsNotPublicHttpsIsRefused(String url) {
        refusal(fetch(), url);
        assertEquals(List.of(), names.asked);
    }

    // DNS that points inside, also with one public address beside it; PublicAddressesTest has every kind of address
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "10.0.0.5", "fd00::1", "1.1.1.1 127.0.0.1",
        "64:ff9b::7f00:1", ""})
    void aHostThatLeadsInsideIsRefusedInTheWordsForAnUnknownOne(String addresses) {
        Names inside = new Names(addresses.isEmpty() ? new String[0] : addresses.split(" "));
        assertTrue(refusal(fetch(DIRECT, inside, PublicAddresses::isPublic, Duration.ofSeconds(20)), host.url())
                .endsWith("its host has no public address"));
        assertEquals(List.of(), host.heads);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreNotFollowed(int status) {
        host.script = out -> out.write(latin1("HTTP/1.1 " + status + " Go\r\nlocation: " + host.url()
                + "\r\ncontent-length: 0\r\n\r\n"));
        assertTrue(refusal(fetch(), host.url()).contains("status " + status));
        assertEquals(1, host.heads.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "206 Partial Content", "401 No", "404 Not Found", "500 Broken"})
    void onlyA200IsAnImage(String status) {
        host.answers(status, "image/png", status.startsWith("204") ? new byte[0] : PNG);
        assertTrue(refusal(fetch(), host.url()).contains("status " + status.substring(0, 3)));
        assertEquals(1, host.heads.size());
    }

    @ParameterizedTest
    @CsvSource({"text/html,<html>", "image/png,<html>", "image/svg+xml,<svg/>", "image/jpeg,GIF89a", ",GIF89a",
        "image/png,''", "application/octet-stream,GIF89a", "'',GIF89a"})
    void whatIsNotTheImageItSaysIsRefused(String type, String body) {
        host.answers("200 OK", type, latin1(body));
        refusal(fetch(), host.url());
        assertEquals(1, host.heads.size());
    }

    @Test
    void fiveMegabytesAreTheMost() {
        byte[] image = Arrays.copyOf(PNG, 5 * 1024 * 1024);
        host.answers("200 OK", "image/png", image);
        assertTrue(fetch().apply(host.url()).length() > image.length);
        host.answers("200 OK", "image/png", Arrays.copyOf(PNG, image.length + 1));
        assertTrue(refusal(fetch(), host.url()).contains("larger than 5 MB"));
    }

    @Test
    void anEndlessImageIsCutAtTheLimitOfItsSize() throws InterruptedException {
        CountDownLatch cut = new CountDownLatch(1);
        host.script = out -> {
            try {
                out.write(latin1("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n"));
                while (true) {
                    out.write(Arrays.copyOf(PNG, 65_536));
                }
            } finally {
                cut.countDown();
            }
        };
        assertTrue(refusal(fetch(), host.url()).contains("larger than"));
        assertTrue(cut.await(30, TimeUnit.SECONDS));
    }

    @Test
    void aSlowDripIsCut() throws InterruptedException {
        CountDownLatch cut = new CountDownLatch(1);
        host.script = out -> {
            try {
                out.write(latin1("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 100000\r\n\r\n"));
                while (true) {
                    out.write('x');
                    out.flush();
                    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
                }
            } finally {
                cut.countDown();
            }
        };
        assertTrue(refusal(fetch(DIRECT, names, ANY, Duration.ofSeconds(3)), host.url()).contains("longer than 3 s"));
        assertTrue(cut.await(30, TimeUnit.SECONDS));
    }

    @Test
    void aServerThatSaysNothingAndOneThatIsNotThereAreRefusals() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            String url = "https://images.example:" + mute.getLocalPort() + "/";
            assertTrue(refusal(fetch(DIRECT, names, ANY, Duration.ofSeconds(1)), url).contains("longer than"));
        }
        assertTrue(refusal(fetch(), "https://images.example:1/").contains("could not be talked to"));
    }

    // a certificate is for its host
    @Test
    void anotherHostsCertificateIsRefused() {
        assertTrue(refusal(fetch(), host.url().replace("images", "elsewhere")).contains("could not be talked to"));
        assertEquals(List.of(), host.heads);
    }

    /** A proxy that looks every name up as the image host. */
    private static final class Proxy implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        final List<String> asked = new CopyOnWriteArrayList<>();

        Proxy() throws IOException {
            Thread thread = new Thread(() -> {
                try (Socket client = server.accept(); Socket target = new Socket("127.0.0.1", host.port())) {
                    asked.add(head(client.getInputStream()).lines().findFirst().orElse(""));
                    client.getOutputStream().write(latin1("HTTP/1.1 200 Connected\r\n\r\n"));
                    Thread up = new Thread(() -> pipe(client, target));
                    up.setDaemon(true);
                    up.start();
                    pipe(target, client);
                } catch (IOException closed) {
                    // the test is over
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private static String head(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(in.read());
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        private static void pipe(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException closed) {
                // either side has gone
            }
        }

        GatewaySettings.Outgoing settings() {
            return new GatewaySettings.Outgoing(null, URI.create("http://proxy.corp:" + server.getLocalPort()), List.of(), null);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** The proxy is found; the image's host is known as given. */
    private static DnsResolver behind(String... imageHost) {
        Names images = new Names(imageHost);
        Names proxy = new Names("127.0.0.1");
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String name) throws UnknownHostException {
                return (name.equals("proxy.corp") ? proxy : images).resolve(name);
            }

            @Override
            public String resolveCanonicalHostname(String name) {
                return name;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.1.1.1"})
    void aProxyIsUsedAndLooksUpWhatThisMachineDoesNotKnow(String known) throws IOException {
        try (Proxy proxy = new Proxy()) {
            ImageFetch fetch = new ImageFetch(new PlainRequest(new OutgoingProxy(proxy.settings()), host.trust),
                    behind(known.isEmpty() ? new String[0] : new String[] {known}), PublicAddresses::isPublic,
                    Duration.ofSeconds(20));
            assertTrue(fetch.apply(host.url()).startsWith("data:image/png;base64,"));
            assertEquals(List.of("CONNECT images.example:" + host.port() + " HTTP/1.1"), proxy.asked);
        }
    }

    @Test
    void whatThisMachineKnowsToBePrivateIsNotAskedOfAProxy() throws IOException {
        try (Proxy proxy = new Proxy()) {
            ImageFetch fetch = new ImageFetch(new PlainRequest(new OutgoingProxy(proxy.settings()), host.trust),
                    behind("10.0.0.7"), PublicAddresses::isPublic, Duration.ofSeconds(20));
            assertTrue(refusal(fetch, host.url()).endsWith("its host has no public address"));
            assertEquals(List.of(), proxy.asked);
            assertEquals(List.of(), host.heads);
        }
    }
}
