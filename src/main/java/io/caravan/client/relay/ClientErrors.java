/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client.relay;

import io.caravan.failure.Failure;
import io.caravan.format.WireFormat;
import io.caravan.format.chat.ChatErrorBody;
import io.caravan.format.messages.ErrorBody;
import java.nio.charset.StandardCharsets;
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
        boolean chat = path != null && path.startsWith("/v1/chat/");
        return of(chat ? WireFormat.CHAT : WireFormat.MESSAGES);
    }

    /** How clients of {@code format} are told. */
    static ClientErrors of(WireFormat format) {
        return Objects.requireNonNull(Formats.ALL.get(format));
    }

    /** In the Messages format. */
    final class Messages implements ClientErrors {

        private static final byte[] PING =
                "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.UTF_8);

        @Override
        public byte[] body(Failure failure, String requestId) {
            return ErrorBody.of(failure.type(), failure.getMessage(), requestId);
        }

        @Override
        public byte[] event(Failure failure, String type, String requestId) {
            return ErrorBody.event(type, failure.getMessage(), requestId);
        }

        @Override
        public byte[] ping() {
            return PING;
        }
    }

    /** In OpenAI's chat format. */
    final class Chat implements ClientErrors {

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
                Map.of(WireFormat.MESSAGES, new Messages(), WireFormat.CHAT, new Chat());

        private Formats() {
        }
    }
}
