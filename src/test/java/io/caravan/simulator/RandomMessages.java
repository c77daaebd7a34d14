/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages requests as clients could send them, and the words in each that no conversion may lose. */
public final class RandomMessages {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PIXEL = "iVBORw0KGgo=";
    private static final String[] TOOLS = {"Read", "Bash", "mcp__server__" + "long_name_".repeat(7), "dotted.name"};

    private final Random random;
    private final List<String> words = new ArrayList<>();
    private int calls;

    public RandomMessages(long seed) {
        random = new Random(seed);
    }

    List<String> words() {
        return words;
    }

    public byte[] next() {
        ObjectNode body = MAPPER.createObjectNode().put("model", "claude-sonnet-4-6").put("max_tokens", 20000);
        if (random.nextBoolean()) {
            text(body.putArray("system"));
            text(body.withArray("system"));
        }
        ArrayNode messages = body.putArray("messages");
        List<String> open = new ArrayList<>();
        for (int turns = 1 + random.nextInt(6); turns > 0; turns--) {
            if (random.nextInt(4) == 0) {
                text(messages.addObject().put("role", "system").putArray("content"));
            }
            ArrayNode user = messages.addObject().put("role", "user").putArray("content");
            results(user, open);
            parts(user, 1 + random.nextInt(3));
            text(user);
            open.clear();
            if (turns > 1 || random.nextInt(4) == 0) {
                assistant(messages.addObject().put("role", "assistant").putArray("content"), open);
            }
        }
        for (String tool : TOOLS) {
            mark(body.withArray("tools").addObject().put("name", tool)).putObject("input_schema");
        }
        if (random.nextInt(3) == 0) {
            String[] types = {"auto", "any", "none", "tool"};
            body.putObject("tool_choice").put("type", types[random.nextInt(4)]).put("name", TOOLS[2]);
        }
        switch (random.nextInt(4)) {
            case 0 -> body.putObject("thinking").put("type", "adaptive").put("display", "omitted");
            case 1 -> body.putObject("thinking").put("type", "enabled").put("budget_tokens", random.nextInt(40000));
            default -> body.putObject("context_management").putArray("edits");
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void assistant(ArrayNode content, List<String> open) {
        for (int blocks = 1 + random.nextInt(4); blocks > 0; blocks--) {
            switch (random.nextInt(5)) {
                case 0 -> content.addObject().put("type", "thinking").put("thinking", "hm")
                        .put("signature", random.nextBoolean() ? "EqQB/w==" : "");
                case 1 -> content.addObject().put("type", "redacted_thinking").put("data", "EmwK/w==");
                case 2 -> text(content);
                case 3 -> content.addObject().put("type", "text").put("text", " ");
                default -> {
                    String id = "toolu_" + calls++;
                    open.add(id);
                    mark(content.addObject().put("type", "tool_use").put("id", id)
                            .put("name", TOOLS[random.nextInt(TOOLS.length)])).putObject("input").put("p", word());
                }
            }
        }
    }

    private void results(ArrayNode user, List<String> open) {
        List<String> ids = new ArrayList<>(open);
        Collections.shuffle(ids, random);
        for (String id : ids) {
            if (random.nextInt(8) == 0) {
                continue;
            }
            ObjectNode result = mark(user.addObject().put("type", "tool_result").put("tool_use_id",
                    random.nextInt(10) == 0 ? "toolu_unknown" : id).put("is_error", random.nextBoolean()));
            if (random.nextBoolean()) {
                parts(result.putArray("content"), random.nextInt(3));
            } else {
                result.put("content", random.nextBoolean() ? word() : "");
            }
        }
    }

    private void parts(ArrayNode content, int count) {
        for (; count > 0; count--) {
            switch (random.nextInt(6)) {
                case 0 -> mark(content.addObject().put("type", "image")).putObject("source").put("type", "base64")
                        .put("media_type", random.nextBoolean() ? "image/png" : "image/jpg").put("data", PIXEL);
                case 1 -> mark(content.addObject().put("type", "document").put("title", word())).putObject("source")
                        .put("type", "text").put("data", word());
                case 2 -> text(mark(content.addObject().put("type", "search_result").put("title", word())
                        .put("source", word())).putArray("content"));
                case 3 -> mark(content.addObject().put("type", "hologram")).putObject("scene").put("of", word());
                case 4 -> mark(content.addObject().put("type", "text").put("text", ""));
                default -> text(content);
            }
        }
    }

    private void text(ArrayNode content) {
        mark(content.addObject().put("type", "text").put("text", word()));
    }

    private String word() {
        words.add("word-" + words.size() + "-");
        return words.get(words.size() - 1);
    }

    private ObjectNode mark(ObjectNode block) {
        if (random.nextInt(5) == 0) {
            block.putObject("cache_control").put("type", "ephemeral");
        }
        return block;
    }
}
