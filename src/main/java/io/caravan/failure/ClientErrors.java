/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a client of one format is told of a failure, and kept waiting. */
public interface ClientErrors {

    /** The body of an error answer. */
    byte[] body(Failure failure, String requestId);

    /** The same as an event of a stream that has begun, with the type an event is to bear. */
    byte[] event(Failure failure, String type, String requestId);

    /** What fills the silence of a stream; the client must not change it. */
    byte[] ping();

    /** How the clients of a path are told, before anything else is known of a request. */
    static ClientErrors at(@Nullable String path) {
        String plain = Objects.requireNonNullElse(path, "").replaceFirst("^/v1/", "/");
        if (plain.startsWith("/chat/")) {
            return of(WireFormat.CHAT);
        }
        boolean responses = plain.equals("/responses") || plain.startsWith("/responses/");
        return of(responses ? WireFormat.RESPONSES : WireFormat.MESSAGES);
    }

    /** How clients of {@code format} are told. */
    static ClientErrors of(WireFormat format) {
        return Objects.requireNonNull(Formats.ALL.get(format));
    }

    /** The {@code error} of a response that has failed. */
    static ObjectNode ofResponse(Failure failure) {
        return ChatErrorBody.inResponse(failure.status(), failure.type(), failure.getMessage());
    }

    /** In the Messages format. */
    final class Messages implements ClientErrors {

        private static final byte[] PING =
                "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.UTF_8);

        @Override
        public byte[] body(Failure failure, String requestId) {
            return MessagesErrorBody.of(failure.type(), failure.getMessage(), requestId);
        }

        @Override
        public byte[] event(Failure failure, String type, String requestId) {
            return MessagesErrorBody.event(type, failure.getMessage(), requestId);
        }

        @Override
        public byte[] ping() {
            return PING;
        }
    }

    /** In the format of OpenAI's Responses API: as in chat, but for the end of a stream. */
    final class Responses extends Chat {

        @Override
        public byte[] event(Failure failure, String type, String requestId) {
            ObjectNode response = Json.MAPPER.createObjectNode().put("id", requestId.replace("req_", "resp_"))
                    .put("object", "response").put("created_at", Instant.now().getEpochSecond()).put("status", "failed");
            response.set("error", ofResponse(failure));
            response.putArray("output");
            return ("event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":0,\"response\":" + response
                    + "}\n\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    /** In OpenAI's chat format. */
    class Chat implements ClientErrors {

        private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.UTF_8);

        @Override
        public byte[] body(Failure failure, String requestId) {
            return ChatErrorBody.of(failure.status(), failure.type(), failure.getMessage());
        }

        @Override
        public byte[] event(Failure failure, String type, String requestId) {
            return ChatErrorBody.event(failure.status(), type, failure.getMessage());
        }

        @Override
        public byte[] ping() {
            return PING;
        }
    }

    /** One for each format. */
    final class Formats {

        private static final Map<WireFormat, ClientErrors> ALL =
                Map.of(WireFormat.MESSAGES, new Messages(), WireFormat.CHAT, new Chat(),
                        WireFormat.RESPONSES, new Responses());

        private Formats() {
        }
    }
}
