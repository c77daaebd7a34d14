/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.RawText;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a model can read of JSON that has no part of its own: its words, without types, ids and encrypted data. */
final class Spoken {

    private static final Set<String> SILENT = Set.of("type", "id", "tool_use_id", "encrypted_content", "encrypted_index",
            "encrypted_stdout", "signature", "media_type", "cache_control", "citations", "caller", "toolset_name");

    private Spoken() {
    }

    /** The words of {@code node}, one line for each value that has any; long binary data is left out. */
    static String of(JsonNode node) {
        StringJoiner lines = new StringJoiner("\n");
        say(node, lines);
        return lines.toString();
    }

    /** A server tool's call with its result, in one text: {@code [web_search: query → title (url), …]}. */
    static String call(JsonNode use, @Nullable JsonNode result) {
        StringBuilder call = new StringBuilder("[").append(use.path("name").asText()).append(": ")
                .append(of(use.path("input")).replace('\n', ' '));
        if (result != null) {
            call.append(" → ").append(result(result));
        }
        return call.append(']').toString();
    }

    /** The result of a server tool. */
    static String result(JsonNode block) {
        JsonNode content = block.path("content");
        boolean search = content.isArray() && Nodes.isOfType(block, "web_search_tool_result");
        if (!search) {
            return of(content);
        }
        StringJoiner found = new StringJoiner(", ");
        for (JsonNode hit : content) {
            found.add(hit.path("title").asText() + " (" + hit.path("url").asText() + ")");
        }
        return found.toString();
    }

    private static void say(JsonNode node, StringJoiner lines) {
        if (node.isObject()) {
            for (var member : node.properties()) {
                if (!isSilent(member.getKey(), member.getValue(), node)) {
                    say(member.getValue(), lines);
                }
            }
        } else if (node.isArray()) {
            node.forEach(element -> say(element, lines));
        } else if (!node.isNull()) {
            String text = Objects.requireNonNullElseGet(RawText.text(node), node::asText);
            if (!text.isBlank()) {
                lines.add(text);
            }
        }
    }

    private static boolean isSilent(String key, JsonNode value, JsonNode owner) {
        boolean binary = key.equals("data") && Nodes.isOfType(owner, "base64");
        return SILENT.contains(key) || binary && !value.isContainerNode();
    }
}
