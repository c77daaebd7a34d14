/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.Conversion;
import io.caravan.convert.ImageUrl;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.Spoken;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;

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
                if (!node.path("citations").isEmpty()) {
                    conversion.drop("citations");
                }
                parts.text(Conversion.required(node, "text", path), mark);
            }
            case "image" -> parts.add(Parts.image(ImageUrl.ofSource(node.path("source"), path, conversion)), mark);
            case "document" -> document(node, path, mark, parts);
            case "search_result" -> {
                parts.text("[search result: " + Spoken.of(node.path("title")) + " (" + Spoken.of(node.path("source"))
                        + ")]\n" + Spoken.of(node.path("content")), mark);
                noteCitations(node);
            }
            case "tool_reference" -> parts.text("Tool loaded: " + node.path("tool_name").asText(), mark);
            case "tool_addition", "tool_removal", "thinking", "redacted_thinking", "fallback", "mcp_tool_listing" ->
                parts.mark(mark);
            default -> {
                String words = Spoken.of(node);
                parts.text(words.isBlank() ? "" : "[" + block.type() + "]\n" + words, mark);
            }
        }
    }

    /** Adds a content that is a string, a list of blocks, or nothing. */
    void addAll(JsonNode content, String path, Parts parts) {
        String text = RawText.text(content);
        if (text != null) {
            parts.text(text, null);
        } else if (content.isArray()) {
            for (Turn.Block block : Turns.list(content, path)) {
                add(block, parts);
            }
        } else if (Conversion.given(content)) {
            throw new MalformedBody(path + ": Input should be a valid list");
        }
    }

    private void document(JsonNode node, String path, JsonNode mark, Parts parts) {
        JsonNode source = node.path("source");
        String title = node.path("title").asText("").strip();
        String context = node.path("context").asText("").strip();
        noteCitations(node);
        String header = (title.isEmpty() ? "" : "[document: " + title + "]\n")
                + (context.isEmpty() ? "" : context + "\n");
        switch (source.path("type").asText()) {
            case "text" -> parts.text(header + (header.isEmpty() ? "" : "\n")
                    + Conversion.required(source, "data", path + ".source.text"), mark);
            case "content" -> {
                parts.text(header.strip(), null);
                addAll(source.path("content"), path + ".source.content", parts);
                parts.mark(mark);
            }
            default -> {
                JsonNode pdf = pdf(source, path);
                parts.text(header.strip(), null);
                parts.add(conversion.dialect().document(pdf, title.isEmpty() ? "document.pdf" : title), mark);
            }
        }
    }

    private JsonNode pdf(JsonNode source, String path) {
        boolean file = source.path("type").asText().equals("file");
        if (!conversion.dialect().takesDocuments() && !file && source.isObject()) {
            throw new MalformedBody("capability_rejected: document_block");
        }
        JsonNode url = ImageUrl.ofSource(source, path, conversion);
        return source.path("media_type").isTextual() || !source.has("data") ? url
                : ImageUrl.ofData(source.get("data"), PDF);
    }

    private void noteCitations(JsonNode node) {
        if (node.path("citations").path("enabled").asBoolean()) {
            conversion.drop("citations");
        }
    }
}
