/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import java.util.ArrayList;
import java.util.List;

/** Requests of an OpenAI client, and the chunks of a chat stream as an upstream writes them. */
final class ChatWire {

    static final String PLAIN = "{\"model\":\"" + Gateway.MODEL
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}]}";
    static final String STREAM = PLAIN.replace("}]}", "}],\"stream\":true}");
    static final String STREAM_WITH_USAGE =
            PLAIN.replace("}]}", "}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

    static final String ROLE = chunk("\"role\":\"assistant\",\"content\":\"\"", null);
    static final String STOP = chunk("", "stop");
    static final String USAGE = "data: {" + head() + ",\"choices\":[],\"usage\":"
            + "{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}}\n\n";
    static final String DONE = "data: [DONE]\n\n";
    static final String PING = ": ping\n\n";

    private ChatWire() {
    }

    private static String head() {
        return "\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"" + Wire.UPSTREAM_MODEL
                + "\"";
    }

    static String chunk(String delta, String finish) {
        return "data: {" + head() + ",\"choices\":[{\"index\":0,\"delta\":{" + delta + "},\"finish_reason\":"
                + (finish == null ? "null" : "\"" + finish + "\"") + "}]}\n\n";
    }

    static String text(String text) {
        return chunk("\"content\":\"" + text + "\"", null);
    }

    /** A whole stream, a text delta for each of {@code texts}. */
    static List<String> answer(String... texts) {
        List<String> chunks = new ArrayList<>(List.of(ROLE));
        for (String text : texts) {
            chunks.add(text(text));
        }
        chunks.addAll(List.of(STOP, USAGE, DONE));
        return chunks;
    }

    /** A whole answer that is not streamed. */
    static String completion(String message, String finish) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"" + Wire.UPSTREAM_MODEL
                + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"" + message + "},\"finish_reason\":\""
                + finish + "\"}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}}";
    }
}
