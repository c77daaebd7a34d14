/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import io.caravan.simulator.Responder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** A client's format and an upstream's, where at least one of them is OpenAI's: every lane that is not byte for byte. */
record Lane(Gateway gateway, String backend, boolean chatClient) {

    /** Lane by lane: Messages clients on each chat dialect, OpenAI clients on the same and on a Messages upstream. */
    static Stream<Named<Lane>> all(Map<String, Gateway> gateways) {
        Stream<Lane> messages = Gateway.CHAT.stream().map(backend -> new Lane(gateways.get(backend), backend, false));
        Stream<Lane> chat = gateways.entrySet().stream().map(entry -> new Lane(entry.getValue(), entry.getKey(), true));
        return Stream.concat(messages, chat)
                .map(lane -> Named.of((lane.chatClient ? "OpenAI client, " : "Messages client, ") + lane.backend, lane));
    }

    /** A gateway each for the three chat dialects and a Messages upstream. */
    static Map<String, Gateway> start(String... settings) {
        Map<String, Gateway> gateways = new LinkedHashMap<>();
        for (String backend : List.of(Gateway.CHAT.get(0), Gateway.CHAT.get(1), Gateway.CHAT.get(2), "ANTHROPIC")) {
            gateways.put(backend, Gateway.start(backend, settings));
        }
        return gateways;
    }

    boolean chatUpstream() {
        return Gateway.CHAT.contains(backend);
    }

    String path() {
        return chatClient ? "/v1/chat/completions" : "/v1/messages";
    }

    String request(boolean stream) {
        return chatClient ? stream ? ChatWire.STREAM : ChatWire.PLAIN : stream ? Gateway.STREAM : Gateway.PLAIN;
    }

    HttpResponse<String> ask(boolean stream) {
        return chatClient ? gateway.chat(request(stream)) : gateway.post(request(stream));
    }

    RawClient connect() throws IOException {
        return gateway.connect().postTo(path(), request(true));
    }

    /** The events of a whole stream of this upstream. */
    List<String> events(String... texts) {
        return chatUpstream() ? ChatWire.answer(texts) : Wire.message(texts);
    }

    /** What comes before the first content of such a stream. */
    List<String> beginning() {
        return chatUpstream() ? List.of(ChatWire.ROLE) : List.of(Wire.START, Wire.PING);
    }

    /** A stream of this upstream that has come as far as its first text. */
    String[] begun(String text) {
        return chatUpstream() ? new String[] {ChatWire.ROLE, ChatWire.text(text)}
                : new String[] {Wire.START, Wire.BLOCK_START, Wire.text(text)};
    }

    /** An error inside this upstream's stream, as its dialect spells it. */
    String error(int status, String type, String code, String message) {
        return switch (backend) {
            case "DATABRICKS_INVOCATIONS" -> "data: {\"error_code\":\"" + code + "\",\"message\":\"" + message + "\"}\n\n";
            case "OPENROUTER_CHAT" -> "data: {\"error\":{\"code\":" + status + ",\"message\":\"" + message
                    + "\",\"metadata\":{\"error_type\":\"" + type + "\"}},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},"
                    + "\"finish_reason\":\"error\"}]}\n\n";
            case "LITELLM_OPENROUTER" -> "data: {\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type
                    + "\",\"param\":null,\"code\":\"" + status + "\"}}\n\n";
            default -> Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message
                    + "\"}}");
        };
    }

    /** The text a client puts together from a stream's events. */
    String text(String body) {
        StringBuilder text = new StringBuilder();
        body.lines().filter(line -> line.startsWith("data: {")).map(line -> FaultsRequestTest.json(line.substring(6)))
                .map(event -> chatClient ? event.path("choices").path(0).path("delta").path("content")
                        : event.path("delta").path("text"))
                .forEach(piece -> text.append(piece.asText("")));
        return text.toString();
    }

    /** Whether a client takes this stream for a whole message. */
    boolean endsWell(String body) {
        boolean stopped = chatClient ? body.endsWith(ChatWire.DONE) && body.contains("\"finish_reason\":\"stop\"")
                : body.endsWith(Wire.MESSAGE_STOP) && body.contains("\"stop_reason\":\"end_turn\"");
        return stopped && !body.contains("\"error\"");
    }

    void upstream(Responder responder) {
        gateway.upstream(responder);
    }

    /** Lets the upstream stream these events and end in order. */
    void streams(String... events) {
        upstream((request, reply) -> {
            Wire.stream(reply, events);
            return true;
        });
    }
}
