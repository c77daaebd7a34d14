/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Chat requests as OpenAI clients send them; the same seed gives the same one. */
public final class RandomChats {

    private static final String[] TEXTS = {"a", "", " ", "Grüß dich\n", "\"x\"", "😀"};
    private static final String[] EFFORTS = {"none", "minimal", "low", "medium", "high", "xhigh", "new"};
    private static final String[] ARGUMENTS = {"{\"a\": 1}", "", "null", "[1]", "broken {", "{}"};
    private static final String[] JUNK = {"null", "1", "-1.5", "true", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[]]",
        "{\"type\":1}"};

    private final Random random;

    public RandomChats(long seed) {
        random = new Random(seed);
    }

    /** What an upstream of the Messages format gets for {@code chat}. */
    public static byte[] toMessages(byte[] chat, String model, ModelTraits traits) {
        return MessagesBody.of(ChatToMessages.tree(chat), model, traits).body();
    }

    /** A request that OpenAI would take, more or less. */
    public byte[] next() {
        return request().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A request with one member or element anywhere in it replaced by something else. */
    public byte[] broken() throws Exception {
        ObjectNode request = request();
        List<JsonNode> containers = new ArrayList<>();
        gather(request, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        JsonNode junk = Json.MAPPER.readTree(JUNK[random.nextInt(JUNK.length)]);
        int at = random.nextInt(container.size());
        if (container instanceof ArrayNode array) {
            array.set(at, junk);
        } else {
            List<String> names = new ArrayList<>();
            container.fieldNames().forEachRemaining(names::add);
            ((ObjectNode) container).set(names.get(at), junk);
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void gather(JsonNode node, List<JsonNode> containers) {
        if (!node.isEmpty()) {
            containers.add(node);
        }
        node.forEach(child -> gather(child, containers));
    }

    private ObjectNode request() {
        ObjectNode request = Json.MAPPER.createObjectNode().put("model", "m");
        ArrayNode messages = request.putArray("messages");
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> messages.addObject().put("role", maybe() ? "system" : "developer").put("content", text());
                case 1, 2 -> user(messages.addObject().put("role", "user"));
                case 3 -> assistant(messages);
                default -> messages.addObject().put("role", "tool").put("tool_call_id", "orphan").put("content", text());
            }
        }
        if (maybe()) {
            tools(request);
        }
        switch (random.nextInt(4)) {
            case 0 -> request.put("reasoning_effort", EFFORTS[random.nextInt(EFFORTS.length)]);
            case 1 -> request.putObject("reasoning").put("max_tokens", random.nextInt(40_000));
            case 2 -> request.putObject("thinking").put("type", maybe() ? "enabled" : "adaptive")
                    .put("budget_tokens", random.nextInt(40_000));
            default -> { }
        }
        if (maybe()) {
            request.put(maybe() ? "max_tokens" : "max_completion_tokens", random.nextInt(120_000));
        }
        if (maybe()) {
            request.put("temperature", 2 * random.nextDouble()).put("top_p", random.nextDouble()).put("seed", 1);
        }
        if (maybe()) {
            request.putObject("response_format").put("type", "json_schema").putObject("json_schema").put("name", "n")
                    .putObject("schema").put("type", "object");
            request.putArray("stop").add(text()).add("x");
        }
        return request.put("stream", maybe());
    }

    private void user(ObjectNode message) {
        if (maybe()) {
            message.put("content", text());
            return;
        }
        ArrayNode parts = message.putArray("content");
        for (int i = random.nextInt(4); i > 0; i--) {
            ObjectNode part = parts.addObject();
            if (maybe()) {
                part.put("type", "text").put("text", text()).putObject("cache_control").put("type", "ephemeral");
            } else {
                part.put("type", "image_url").putObject("image_url").put("url", "data:image/png;base64,AAAA");
            }
        }
    }

    private void assistant(ArrayNode messages) {
        ObjectNode message = messages.addObject().put("role", "assistant");
        if (maybe()) {
            message.put("content", text());
        } else {
            message.putNull("content");
        }
        if (maybe()) {
            ObjectNode block = message.putArray("thinking_blocks").addObject();
            block.put("type", "thinking").put("thinking", text()).put("signature", maybe() ? "S" : "");
        }
        int calls = random.nextInt(3);
        ArrayNode list = calls > 0 ? message.putArray("tool_calls") : null;
        for (int i = 0; i < calls; i++) {
            list.addObject().put("id", "call." + i).put("type", "function").putObject("function").put("name", "f" + i)
                    .put("arguments", ARGUMENTS[random.nextInt(ARGUMENTS.length)]);
        }
        for (int i = 0; i < calls; i++) {
            if (random.nextInt(4) > 0) {
                messages.addObject().put("role", "tool").put("tool_call_id", "call." + i).put("content", text());
            }
        }
    }

    private void tools(ObjectNode request) {
        ArrayNode tools = request.putArray("tools");
        for (int i = random.nextInt(3); i >= 0; i--) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", "f" + i);
            if (maybe()) {
                function.putObject("parameters").put("type", "object").putObject("properties");
            }
            function.put("strict", maybe());
        }
        if (maybe()) {
            request.put("tool_choice", maybe() ? "auto" : "required").put("parallel_tool_calls", maybe());
        }
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private boolean maybe() {
        return random.nextBoolean();
    }
}
