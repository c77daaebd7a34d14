/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import org.jspecify.annotations.Nullable;

/** Turns what stands in a user's turn or a tool's result into chat content parts (cases M11-M18, M55). */
final class ContentParts {

    private static final String PDF = "application/pdf";

    private final Conversion conversion;

    ContentParts(Conversion conversion) {
        this.conversion = conversion;
    }

    void add(Turn.Block block, Parts parts) {
        JsonNode node = block.node();
        JsonNode mark = conversion.mark(node);
        String path = block.path() + "." + block.type();
        switch (block.type()) {
            case "text" -> {
                noteCitations(!node.path("citations").isEmpty());
                parts.text(block.text(), mark);
            }
            case "image" -> parts.add(Parts.image(ImageUrl.ofSource(node.path("source"), path, conversion)), mark);
            case "document" -> document(node, path, mark, parts);
            case "search_result" -> searchResult(node, mark, parts);
            case "tool_reference" -> parts.text("Tool loaded: " + node.path("tool_name").asText(), mark);
            case "tool_addition", "tool_removal", "thinking", "redacted_thinking", "fallback", "mcp_tool_listing" ->
                parts.mark(mark);
            default -> spoken(block, mark, parts);
        }
    }

    /** Adds a content that is a string, a list of blocks, or nothing. */
    void addAll(JsonNode content, String path, Parts parts) {
        String text = RawText.text(content);
        if (text != null) {
            parts.text(text);
            return;
        }
        for (Turn.Block block : Turn.Block.list(Nodes.list(content, path), path)) {
            add(block, parts);
        }
    }

    private static void spoken(Turn.Block block, @Nullable JsonNode mark, Parts parts) {
        String words = Spoken.of(block.node());
        if (words.isBlank()) {
            parts.mark(mark);
        } else {
            parts.text("[" + block.type() + "]\n" + words, mark);
        }
    }

    private void searchResult(JsonNode node, @Nullable JsonNode mark, Parts parts) {
        parts.text("[search result: " + Spoken.of(node.path("title")) + " (" + Spoken.of(node.path("source")) + ")]\n"
                + Spoken.of(node.path("content")), mark);
        noteCitations(node.path("citations").path("enabled").asBoolean());
    }

    private void document(JsonNode node, String path, @Nullable JsonNode mark, Parts parts) {
        JsonNode source = node.path("source");
        String title = node.path("title").asText("").strip();
        String header = header(title, node.path("context").asText("").strip());
        noteCitations(node.path("citations").path("enabled").asBoolean());
        switch (source.path("type").asText()) {
            case "text" -> {
                String text = Nodes.required(source, "data", path + ".source.text");
                parts.text(header.isEmpty() ? text : header + "\n\n" + text, mark);
            }
            case "content" -> {
                parts.text(header);
                addAll(source.path("content"), path + ".source.content", parts);
                parts.mark(mark);
            }
            default -> {
                JsonNode pdf = pdf(source, path);
                parts.text(header);
                parts.add(conversion.dialect().document(pdf, title.isEmpty() ? "document.pdf" : title), mark);
            }
        }
    }

    /** What is said of a document in front of it; empty where nothing is known. */
    private static String header(String title, String context) {
        StringBuilder header = new StringBuilder();
        if (!title.isEmpty()) {
            header.append("[document: ").append(title).append("]\n");
        }
        return header.append(context).toString().strip();
    }

    private JsonNode pdf(JsonNode source, String path) {
        boolean readable = source.isObject() && !Nodes.isOfType(source, "file");
        if (readable && !conversion.dialect().takesDocuments()) {
            throw new MalformedBody("capability_rejected: document_block");
        }
        JsonNode url = ImageUrl.ofSource(source, path, conversion);
        boolean untyped = Nodes.isText(source.path("data")) && !source.path("media_type").isTextual();
        if (untyped) {
            url = ImageUrl.ofData(source.get("data"), PDF);
        }
        return url;
    }

    private void noteCitations(boolean asked) {
        if (asked) {
            conversion.drop("citations");
        }
    }
}
