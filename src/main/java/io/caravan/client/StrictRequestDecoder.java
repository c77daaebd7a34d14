/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 requests in one way only. What Netty's decoder would understand although another reader may understand
 * it otherwise (RFC 9112, 11.2) becomes a request whose decoder result is a failure, which Vert.x hands to the handler of
 * invalid requests; from there on the connection's bytes are dropped, so that nothing behind it is ever a request.
 *
 * <p>One for each connection, on its event loop.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private boolean inHead = true;
    private boolean requestLineSeen;
    private boolean linesPlain = true;
    private int hosts;
    private int codings;
    private boolean refused;

    StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int from = in.readerIndex();
        int first = out.size();
        super.decode(context, in, out);
        if (inHead) {
            readLines(in, from, in.readerIndex());
        }
        for (int i = first; i < out.size() && !refused; i++) {
            take(out.get(i));
        }
    }

    private void take(Object message) {
        if (message instanceof HttpRequest request) {
            endHead(request);
        } else if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                refused = true;
                content.setDecoderResult(DecoderResult.failure(new MalformedRequest(
                        "the chunks of its body are not as RFC 9112 has them", content.decoderResult().cause())));
            }
            if (content instanceof LastHttpContent) {
                inHead = true;
                requestLineSeen = false;
                hosts = 0;
                codings = 0;
            }
        }
    }

    private void endHead(HttpRequest request) {
        HttpHeaders headers = request.headers();
        // Vert.x's upgrade to HTTP/2 (RFC 9113 has none any more) serves a request whatever became of its decoding.
        headers.remove(HttpHeaderNames.UPGRADE);
        if (request.decoderResult().isSuccess()) {
            String fault = faultOf(request, headers);
            if (fault != null) {
                request.setDecoderResult(DecoderResult.failure(new MalformedRequest(fault)));
            }
        }
        if (request.decoderResult().isFailure()) {
            refused = true;
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        inHead = false;
    }

    private @Nullable String faultOf(HttpRequest request, HttpHeaders headers) {
        // Netty has one object for each version, and makes another for any other spelling of it.
        HttpVersion version = request.protocolVersion();
        if (!linesPlain) {
            return "a line of its head begins with white space, or its request line is not three words";
        }
        boolean older = version == HttpVersion.HTTP_1_0;
        if (version != HttpVersion.HTTP_1_1 && !older) {
            return "only HTTP/1.1 and HTTP/1.0 are read";
        }
        boolean oneHost = hosts == 1 || hosts == 0 && older;
        if (!oneHost) {
            return "HTTP/1.1 asks for exactly one Host";
        }
        if (codings > 0 && !isChunkedAlone(headers)) {
            return "the only Transfer-Encoding that is read is the one word chunked";
        }
        if (HttpMethod.CONNECT.equals(request.method())) {
            return "this gateway is no proxy, and what follows a CONNECT is no request";
        }
        if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)) {
            return "Sec-WebSocket-Key1, of a draft, stands for 8 bytes of body that nothing announces";
        }
        return null;
    }

    private boolean isChunkedAlone(HttpHeaders headers) {
        return codings == 1
                && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(headers.get(HttpHeaderNames.TRANSFER_ENCODING));
    }

    /** Looks at the whole lines that were read as a head or a part of it. */
    private void readLines(ByteBuf in, int from, int to) {
        int start = from;
        if (!requestLineSeen) {
            start = skipEmptyLines(in, from, to);
        }
        while (start < to) {
            int end = lineEnd(in, start, to);
            byte first = in.getByte(start);
            if (first == ' ' || first == '\t') {
                linesPlain = false;
            } else if (!requestLineSeen) {
                linesPlain &= hasThreeWords(in, start, end - 1);
            }
            requestLineSeen = true;
            start = end + 1;
        }
    }

    private static int lineEnd(ByteBuf in, int from, int to) {
        int newline = in.indexOf(from, to, (byte) '\n');
        if (newline < 0) {
            return to;
        }
        return newline;
    }

    private static int skipEmptyLines(ByteBuf in, int from, int to) {
        int next = from;
        while (next < to && (in.getByte(next) == '\r' || in.getByte(next) == '\n')) {
            next++;
        }
        return next;
    }

    /** Whether nothing but two spaces parts the words: Netty takes any white space for one, a lone CR too. */
    private static boolean hasThreeWords(ByteBuf in, int start, int end) {
        int spaces = 0;
        for (int i = start; i < end; i++) {
            byte b = in.getByte(i);
            if (b == ' ') {
                spaces++;
            } else if (b >= 0 && b < ' ') {
                return false;
            }
        }
        return spaces == 2;
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        if (name.isEmpty()) {
            throw new MalformedRequest("a header has no name");
        }
        if (HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
            hosts++;
        } else if (HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
            codings++;
        }
        return name;
    }
}
