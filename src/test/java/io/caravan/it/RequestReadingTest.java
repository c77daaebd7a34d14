/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request that one reader takes for one and another for two (RFC 9112, 11.2) is refused, and what hides behind or
 * inside it never gets an answer of its own. What RFC 9112 allows is served.
 */
@DisplayName("two readings of one request")
class RequestReadingTest {

    private static final String BODY = Readings.BODY;
    private static final int LENGTH = BODY.length();

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Readings.gateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        Readings.clear(gateway);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, identity", "chunk", "gzip, chunked", "chunked, chunked", "chunked, gzip", "identity",
        "chunked,", ", chunked", "chunked;q=1", "\"chunked\"", "xchunked", "chunkedx", "chunked chunked", "",
        "\u000bchunked", "chunked\u000b", "\fchunked", "\u00a0chunked", "\u0085chunked", "chunked\0", "chun\rked",
        "chunked\r\ntransfer-encoding: chunked", "chunked\r\ntransfer-encoding: identity", "gzip\r\nTransfer-Encoding: chunked",
        "identity\r\ntransfer-encoding: chunked", "\r\ntransfer-encoding: chunked", "chunked\r\ntransfer-encoding:",
        "\r\n chunked", "\r\n\tchunked", "chunked\r\n ", "chunked\r\n , identity", "gzip,\r\n chunked"})
    void theOnlyTransferEncodingIsChunkedOnOneLine(String coding) throws IOException {
        Readings.assertRefused(gateway, Readings.HEAD + "transfer-encoding: " + coding + "\r\n\r\n"
                + Readings.chunked(BODY) + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "0", "{length}", "{all}", "x"})
    void contentLengthBesideTransferEncoding(String length) throws IOException {
        String body = Readings.chunked(BODY);
        String line = "content-length: " + length.replace("{length}", "" + body.length())
                .replace("{all}", "" + (body + Readings.HIDDEN).length()) + "\r\n";
        String coding = "transfer-encoding: chunked\r\n";
        Readings.assertRefused(gateway, Readings.HEAD + line + coding + "\r\n" + body + Readings.HIDDEN);
        Readings.assertRefused(gateway, Readings.HEAD + coding + line + "\r\n" + body + Readings.HIDDEN);
        String old = Readings.HEAD.replace("HTTP/1.1", "HTTP/1.0") + "connection: keep-alive\r\n";
        Readings.assertRefused(gateway, old + coding + line + "\r\n" + body + Readings.HIDDEN);
        Readings.assertRefused(gateway, old + coding + "\r\n" + body + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+{n}", "-{n}", "-0", "{n}, {n}", "{n},", "{n}\r\ncontent-length: {n}", "0\r\nContent-Length: {n}",
        "{n}\r\ncontent-length: 0", "", "0x5d", "{n}.0", "1e2", "9_3", "9 3", "{n}\u000b", "{n}\0", "\u0665", "{n}a",
        "9223372036854775808", "18446744073709551616", "340282366920938463463374607431768211456", "\r\n {n}", "{n}\r\n ", "9\r\n 3"})
    void contentLengthIsOneNumber(String length) throws IOException {
        Readings.assertRefused(gateway, Readings.HEAD + "content-length: " + length.replace("{n}", "" + LENGTH) + "\r\n\r\n"
                + BODY + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host: y", "Host: x", "host:", "transfer-encoding : chunked", "transfer-encoding\t: chunked",
        " transfer-encoding: chunked", "\tx: y", "x: y\r\n transfer-encoding: chunked", "x: y\r\n\tcontent-length: 0",
        "content-length : 0", "x y: z", "x\0y: z", "x\ry: z", ": z", "no colon", "x: a\0b", "x: a\rb", "x: a\rtransfer-encoding: chunked",
        "x: y\ntransfer-encoding: chunked", "x: y\n\nGET /health HTTP/1.1", "x: y\r\r\nz: 1", "x: y\r\n\rz: 1", "x: a\u007fb",
        "sec-websocket-key1: a\r\nsec-websocket-key2: b"})
    void aHeadIsLinesOfNameAndValueAndOneHost(String lines) throws IOException {
        Readings.assertRefused(gateway, Readings.HEAD + "content-length: " + LENGTH + "\r\n" + lines + "\r\n\r\n"
                + BODY + Readings.HIDDEN);
        Readings.assertRefused(gateway, Readings.HEAD + lines + "\r\ncontent-length: " + LENGTH + "\r\n\r\n"
                + BODY + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /health HTTP/1.1\r\n\r\n", "GET /health HTTP/1.1\nhost: x\n\n", "GET /health HTTP/1.1\nhost: x\r\n\r\n",
        "GET /health HTTP/1.1\r\nhost: x\r\n\n", "GET /health HTTP/1.1\r\nhost: x\r\n\r\r\n", "GET\t/health HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /health\rHTTP/1.1\r\nhost: x\r\n\r\n", "GET /health HTTP/1.1\rx: y\r\nhost: x\r\n\r\n", "GET\u000b/health\fHTTP/1.1\r\nhost: x\r\n\r\n",
        "GET  /health HTTP/1.1\r\nhost: x\r\n\r\n", "GET /health  HTTP/1.1\r\nhost: x\r\n\r\n", "GET /health HTTP/1.1 \r\nhost: x\r\n\r\n",
        " GET /health HTTP/1.1\r\nhost: x\r\n\r\n", "\r\n GET /health HTTP/1.1\r\nhost: x\r\n\r\n", "\u0001GET /health HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /health x HTTP/1.1\r\nhost: x\r\n\r\n", "GET /health\r\n\r\n", "GET /health\r\nhost: x\r\n\r\n", "GET /health HTTP/0.9\r\nhost: x\r\n\r\n",
        "GET /health HTTP/1.2\r\nhost: x\r\n\r\n", "GET /health HTTP/2.0\r\nhost: x\r\n\r\n", "GET /health http/1.1\r\nhost: x\r\n\r\n",
        "GET /health HTTP/01.1\r\nhost: x\r\n\r\n", "GET /health HTTP/1.1x\r\nhost: x\r\n\r\n", "GET /health HTTP/1.1\r\n host: x\r\nhost: x\r\n\r\n",
        "GET /health HTTP/1.1\r\nhost: x\r\nsec-websocket-key1: a\r\nsec-websocket-key2: b\r\n\r\n12345678",
        "GET /health HTTP/1.0\r\nhost: x\r\nhost: y\r\nconnection: keep-alive\r\n\r\n", "CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n"})
    void aRequestLineIsThreeWords(String head) throws IOException {
        Readings.assertRefused(gateway, head + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100000000\r\n{hidden}{body}\r\n0\r\n\r\n", "100000000\r\n\r\n{hidden}", "FFFFFFFFFFFFFFFF\r\n{hidden}",
        "1000000000000005d\r\n{body}\r\n0\r\n\r\n", "0x{n}\r\n{body}\r\n0\r\n\r\n", " {n}\r\n{body}\r\n0\r\n\r\n", "{n} \r\n{body}\r\n0\r\n\r\n",
        "+{n}\r\n{body}\r\n0\r\n\r\n", "-{n}\r\n{body}\r\n0\r\n\r\n", "{n}\r\n{body}\r\n-0\r\n\r\n", "\r\n{body}\r\n0\r\n\r\n", "{n}g\r\n{body}\r\n0\r\n\r\n",
        "{n}.0\r\n{body}\r\n0\r\n\r\n", "{n};a\nb\r\n{body}\r\n0\r\n\r\n", "{n};a\rb\r\n{body}\r\n0\r\n\r\n", "{n};a=\"x\r\ny\"\r\n{body}\r\n0\r\n\r\n",
        "{n};a=\"x\r\n{body}\r\n0\r\n\r\n", "{n};a=\"\0\"\r\n{body}\r\n0\r\n\r\n", "{n}\n{body}\r\n0\r\n\r\n", "{n}\r{body}\r\n0\r\n\r\n",
        "{n}\r\n{body}0\r\n\r\n", "{n}\r\n{body}\n0\r\n\r\n", "{n}\r\n{body}  0\r\n\r\n", "{n}\r\n{body}x\r\n0\r\n\r\n", "{n}\r\n{body}\r\n0\n\n",
        "{n}\r\n{body}\r\n0\r\n\n", "{n}\r\n{body}\r\n0\r\nx y: 1\r\n\r\n", "{n}\r\n{body}\r\n0\r\nxy\r\n\r\n", "{n}\r\n{body}\r\n0\r\n: 1\r\n\r\n",
        "{n}\r\n{body}\r\n0\r\nx: 1\ny: 2\r\n\r\n", "{n}\r\n{body}\r\n0\r\nx: 1\r2\r\n\r\n", "{n}\r\n{body}\r\n0\r\nGET /health HTTP/1.1\r\n\r\n"})
    void chunksAreAsTheyAreWritten(String chunks) throws IOException {
        String head = Readings.HEAD + "transfer-encoding: chunked\r\n\r\n";
        String body = chunks.replace("{hidden}", Readings.HIDDEN).replace("{body}", BODY)
                .replace("{n}", Integer.toHexString(LENGTH)) + Readings.HIDDEN;
        Readings.assertRefused(gateway, head + body);
    }

    @Test
    void aChunkThatIsWrongLaterIsAnsweredByTheGatewayThatWaitsForIt() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "transfer-encoding: chunked", "expect: 100-continue");
            assertEquals(100, client.readHead().status(), "a worker waits for the body");
            client.send("1\r\n{\r\n").send("0x1\r\n}\r\n0\r\n\r\n" + Readings.HIDDEN);
            assertEquals(400, client.readHead().status());
        }
        assertEquals(List.of(), gateway.simulator().requests());
    }

    @Test
    void behindAGoodRequestTheAnswersKeepTheirOrder() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(Readings.HIDDEN + Readings.HEAD + "transfer-encoding: gzip, chunked\r\n\r\n" + Readings.chunked(BODY)
                    + Readings.HIDDEN);
            RawClient.Head first = client.readHead();
            assertEquals(200, first.status(), client.readBody(first));
            RawClient.Head second = client.readHead();
            assertEquals(400, second.status(), client.readBody(second));
            assertTrue(client.readsEnd());
        }
        assertEquals(1, gateway.simulator().requests().size());
    }

    @Test
    void anOpenAiClientIsToldInItsFormat() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/chat/completions", "transfer-encoding: gzip, chunked");
            RawClient.Head head = client.readHead();
            String body = client.readBody(head);
            assertEquals(400, head.status());
            assertTrue(body.startsWith("{\"error\":{\"message\":\"This request could be read in more than one way"), body);
        }
    }

    @Test
    void whatIsTooLongIsToldInItsOwnWords() throws IOException {
        assertTrue(Readings.isRefused(gateway, 414, "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nhost: x\r\n\r\n"));
        assertTrue(Readings.isRefused(gateway, 431, "GET /health HTTP/1.1\r\nhost: x\r\nx: " + "y".repeat(40_000) + "\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"transfer-encoding: chunked", "Transfer-Encoding: Chunked", "TRANSFER-ENCODING: CHUNKED", "transfer-encoding:chunked",
        "transfer-encoding:\t chunked \t", "transfer-encoding: chunked\r\nTE: trailers\r\ntrailer: x-sum", "x-transfer-encoding: gzip\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\nupgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAAP__"})
    void chunkedIsServedHoweverItIsWritten(String lines) throws IOException {
        Readings.assertServed(gateway, List.of(BODY, BODY),
                Readings.HEAD + lines + "\r\n\r\n" + Readings.chunked(BODY) + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{n}\r\n{body}\r\n0\r\n\r\n", "{N}\r\n{body}\r\n000\r\n\r\n", "000000000000000000000{n}\r\n{body}\r\n0\r\n\r\n",
        "{n};a\r\n{body}\r\n0;b\r\n\r\n", "{n};a=b;c=\"d e;\\\"f\"\r\n{body}\r\n0\r\n\r\n", "{n} ; a = b\r\n{body}\r\n0\r\n\r\n",
        "{n}\r\n{body}\r\n0\r\nx-sum: 1\r\nhost: y\r\nhost: z\r\n\r\n",
        "{n}\r\n{body}\r\n0\r\ncontent-length: 40\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n"})
    void chunksAreServedWithExtensionsAndTrailers(String chunks) throws IOException {
        String hex = Integer.toHexString(LENGTH);
        Readings.assertServed(gateway, List.of(BODY, BODY), Readings.HEAD + "transfer-encoding: chunked\r\n\r\n"
                + chunks.replace("{body}", BODY).replace("{n}", hex).replace("{N}", hex.toUpperCase()) + Readings.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: {n}", "Content-Length:  {n}\t", "content-length: 000{n}", "content-length: {n}\r\nx: \u00e9\r\ny:",
        "content-length: {n}\r\nx: a  b\tc", "content-length: {n}\r\nx-content-length: 0\r\nx-host: y"})
    void aLengthIsServedHoweverItIsWritten(String lines) throws IOException {
        Readings.assertServed(gateway, List.of(BODY, BODY),
                Readings.HEAD + lines.replace("{n}", "" + LENGTH) + "\r\n\r\n" + BODY + "\r\n\r\n" + Readings.HIDDEN);
    }

    @Test
    void anHttp10RequestNeedsNoHost() throws IOException {
        Readings.assertServed(gateway, List.of(BODY), Readings.HEAD.replace("HTTP/1.1\r\nhost: x", "HTTP/1.0")
                + "content-length: " + LENGTH + "\r\n\r\n" + BODY);
    }

    @Test
    void anUpgradeToHttp2IsNotTaken() throws Exception {
        HttpResponse<String> answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()
                .send(gateway.request(BODY.getBytes()).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
    }
}
