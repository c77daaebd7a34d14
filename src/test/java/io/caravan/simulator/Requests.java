/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests to a simulator in each dialect, and what comes back. */
final class Requests {

    static final String NATIVE = "/serving-endpoints/anthropic/v1/messages";
    static final String DATABRICKS_CHAT = "/serving-endpoints/chat/completions";
    static final String OPENROUTER_MESSAGES = "/api/v1/messages";
    static final String OPENROUTER_CHAT = "/api/v1/chat/completions";
    static final String MESSAGES = "/v1/messages";
    static final String LITELLM_CHAT = "/v1/chat/completions";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    private final Simulator simulator;

    Requests(Simulator simulator) {
        this.simulator = simulator;
    }

    static ObjectNode body(String model, String prompt) {
        ObjectNode body = MAPPER.createObjectNode().put("model", model).put("max_tokens", 2048);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return body;
    }

    static ObjectNode streamed(String model, String prompt) {
        return body(model, prompt).put("stream", true);
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    static void addTool(ObjectNode body, String name) {
        ArrayNode tools = body.withArray("tools");
        tools.addObject().put("name", name).putObject("input_schema").put("type", "object");
    }

    static void addFunction(ObjectNode body, String name) {
        ObjectNode tool = body.withArray("tools").addObject().put("type", "function");
        tool.putObject("function").put("name", name).putObject("parameters").put("type", "object");
    }

    HttpRequest.Builder request(String path, JsonNode body) {
        return HttpRequest.newBuilder(simulator.url().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer key")
                .header("anthropic-version", "2023-06-01")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<String> post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(request(path, body));
    }

    /** The JSON of an answer that must be a 200. */
    JsonNode answer(String path, JsonNode body) throws IOException, InterruptedException {
        HttpResponse<String> response = post(path, body);
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return json(response.body());
    }

    /** The innermost message of an answer that must be a 400, whatever its dialect wraps around it. */
    String refusal(String path, JsonNode body) throws IOException, InterruptedException {
        HttpResponse<String> response = post(path, body);
        if (response.statusCode() != 400) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return message(response.body());
    }

    static String message(String errorBody) {
        JsonNode error = json(errorBody);
        if (error.has("error_code")) {
            return json(error.path("message").asText()).path("message").asText();
        }
        String message = error.path("error").path("message").asText();
        int embedded = message.indexOf("AnthropicException - ");
        return embedded < 0
                ? message
                : json(message.substring(embedded + 21)).path("error").path("message").asText();
    }

    /** The chunks of a chat stream before its end. */
    static List<JsonNode> chunks(String stream) {
        return events(stream).stream().filter(event -> !event.data().equals("[DONE]")).map(Event::json).toList();
    }

    /** What is at a JSON pointer in those chunks that have something there. */
    static List<String> at(List<JsonNode> chunks, String pointer) {
        List<String> values = new ArrayList<>();
        for (JsonNode chunk : chunks) {
            if (!chunk.at(pointer).isMissingNode()) {
                values.add(chunk.at(pointer).asText());
            }
        }
        return values;
    }

    /** The first chunk with this text in its JSON, or -1. */
    static int indexOf(List<JsonNode> chunks, String text) {
        for (int i = 0; i < chunks.size(); i++) {
            if (chunks.get(i).toString().contains(text)) {
                return i;
            }
        }
        return -1;
    }

    /** A socket on which this request has been sent. */
    Socket open(String path, JsonNode body) throws IOException {
        Socket socket = new Socket("127.0.0.1", simulator.port());
        socket.setSoTimeout(30_000);
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\n"
                + "anthropic-version: 2023-06-01\r\ncontent-length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    /** The events of a stream: names, and data where it is JSON. */
    static List<Event> events(String stream) {
        List<Event> events = new ArrayList<>();
        for (String frame : stream.split("\n\n")) {
            String name = null;
            String data = null;
            for (String line : frame.split("\n")) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                }
            }
            if (data != null) {
                events.add(new Event(name, data));
            }
        }
        return events;
    }

    record Event(String name, String data) {
        JsonNode json() {
            return Requests.json(data);
        }
    }

    static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if ("content_block_delta".equals(event.name())) {
                text.append(event.json().path("delta").path("text").asText());
            }
        }
        return text.toString();
    }

    static String chatText(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (event.data().startsWith("{")) {
                JsonNode content = event.json().path("choices").path(0).path("delta").path("content");
                text.append(content.isTextual() ? content.asText() : "");
            }
        }
        return text.toString();
    }
}
