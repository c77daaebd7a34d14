/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.RawText;
import java.util.Set;

/** What a model can read of JSON that has no part of its own: its words, without types, ids and encrypted data. */
public final class Spoken {

    private static final Set<String> SILENT = Set.of("type", "id", "tool_use_id", "encrypted_content", "encrypted_index",
            "encrypted_stdout", "signature", "media_type", "cache_control", "citations", "caller", "toolset_name");

    private Spoken() {
    }

    /** The words of {@code node}, one line for each value that has any; long binary data is left out. */
    public static String of(JsonNode node) {
        StringBuilder words = new StringBuilder();
        say(node, false, words);
        return words.toString();
    }

    /**
     * A server tool's call with its result, in one text: {@code [web_search: query → title (url), …]}.
     *
     * @param result the block with the result, or null
     */
    public static String call(JsonNode use, JsonNode result) {
        String input = of(use.path("input")).replace('\n', ' ');
        return "[" + use.path("name").asText() + ": " + input + (result == null ? "" : " → " + result(result)) + "]";
    }

    /** The result of a server tool. */
    public static String result(JsonNode block) {
        JsonNode content = block.path("content");
        if (!block.path("type").asText().equals("web_search_tool_result") || !content.isArray()) {
            return of(content);
        }
        StringBuilder found = new StringBuilder();
        for (JsonNode hit : content) {
            found.append(found.isEmpty() ? "" : ", ").append(hit.path("title").asText())
                    .append(" (").append(hit.path("url").asText()).append(')');
        }
        return found.toString();
    }

    private static void say(JsonNode node, boolean binary, StringBuilder words) {
        if (node.isObject()) {
            boolean base64 = node.path("type").asText().equals("base64");
            for (var member : node.properties()) {
                if (!SILENT.contains(member.getKey())) {
                    say(member.getValue(), base64 && member.getKey().equals("data"), words);
                }
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                say(element, false, words);
            }
        } else if (!binary && !node.isNull()) {
            String text = RawText.text(node);
            line(text == null ? node.asText() : text, words);
        }
    }

    private static void line(String text, StringBuilder words) {
        if (!text.isBlank()) {
            words.append(words.isEmpty() ? "" : "\n").append(text);
        }
    }
}
