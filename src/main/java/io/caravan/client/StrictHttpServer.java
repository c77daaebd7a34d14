/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SslChannelProvider;
import java.util.function.BiConsumer;

/** Vert.x's HTTP server with a {@link StrictRequestDecoder} on every HTTP/1.1 connection; what that refuses is answered here. */
final class StrictHttpServer extends HttpServerImpl {

    /** 32 KB of a client's own, such as a company's token with its groups, and one for the usual rest (F039). */
    private static final int LONGEST_HEADERS = 33 * 1024;
    private static final String DECODER = "httpDecoder";

    private final HttpServerOptions options;

    StrictHttpServer(VertxInternal vertx, HttpServerOptions options) {
        super(vertx, withLongHeaders(options));
        this.options = options;
        invalidRequestHandler(RefuseMalformed::head);
    }

    private static HttpServerOptions withLongHeaders(HttpServerOptions options) {
        options.getInitialSettings().setMaxHeaderListSize(LONGEST_HEADERS);
        return options.setMaxHeaderSize(LONGEST_HEADERS);
    }

    @Override
    public synchronized HttpServer requestHandler(Handler<HttpServerRequest> handler) {
        return super.requestHandler(request -> {
            request.response().exceptionHandler(failure -> RefuseMalformed.body(request, failure));
            handler.handle(request);
        });
    }

    @Override
    protected BiConsumer<Channel, SslChannelProvider> childHandler(
            ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
        return super.childHandler(context, address, shaping)
                .andThen((channel, tls) -> channel.pipeline().addLast(new BeforeFirstBytes()));
    }

    /**
     * Vert.x adds its decoder when the first bytes have shown that they are not HTTP/2, behind this handler, and then
     * sends them on; so the decoder is exchanged before it has read any.
     */
    private final class BeforeFirstBytes extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ChannelPipeline pipeline = context.pipeline();
            if (pipeline.get(DECODER) != null) {
                pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(options));
            }
            pipeline.remove(this);
            context.fireChannelRead(bytes);
        }
    }
}
