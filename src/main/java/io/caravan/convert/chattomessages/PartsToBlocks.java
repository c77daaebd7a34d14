/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.PublicUrl;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.util.Locale;

/** The content of a user, system or tool message, a string or parts, as content blocks. Blank texts are left out. */
final class PartsToBlocks {

    private PartsToBlocks() {
    }

    /** Every kind of content that a user may send. */
    static ArrayNode of(JsonNode content, String path) {
        return blocks(content, path, false);
    }

    /** Content that may be text alone. */
    static ArrayNode texts(JsonNode content, String path) {
        return blocks(content, path, true);
    }

    static ObjectNode text(String text) {
        return Json.MAPPER.createObjectNode().put("type", "text").put("text", text);
    }

    private static ArrayNode blocks(JsonNode content, String path, boolean textsOnly) {
        ArrayNode blocks = Json.MAPPER.createArrayNode();
        if (content.isTextual()) {
            addText(blocks, content, content.textValue());
        } else if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                add(blocks, content.get(i), path + "." + i, textsOnly);
            }
        } else if (!content.isNull() && !content.isMissingNode()) {
            throw new MalformedBody(path + ": Input should be a valid string or a list of parts");
        }
        return blocks;
    }

    private static void add(ArrayNode blocks, JsonNode part, String path, boolean textsOnly) {
        if (part.isTextual()) {
            addText(blocks, part, part.textValue());
            return;
        }
        String type = Members.string(part, "type", path);
        if (type.equals("text")) {
            JsonNode text = part.path("text");
            if (!text.isTextual()) {
                throw new MalformedBody(path + ".text: Input should be a valid string");
            }
            addText(blocks, part, text.textValue());
            return;
        }
        if (textsOnly) {
            throw new MalformedBody(path + ".type: only text is supported");
        }
        ObjectNode block = switch (type) {
            case "image_url" -> fromUrl(url(part, path), path + ".image_url.url");
            case "image" -> part.path("source").isObject() ? itself(part, path) : fromUrl(url(part, path), path);
            case "document" -> itself(part, path);
            case "file" -> file(part.path("file"), path + ".file");
            default -> throw new MalformedBody(path + ".type: " + type + " is not supported");
        };
        Members.moveCacheMarker(part, block);
        blocks.add(block);
    }

    private static void addText(ArrayNode blocks, JsonNode part, String text) {
        if (text.isBlank()) {
            Members.moveCacheMarkerToLast(part, blocks);
            return;
        }
        ObjectNode block = text(text);
        Members.moveCacheMarker(part, block);
        blocks.add(block);
    }

    /** A part that already is a block of the Messages format. */
    private static ObjectNode itself(JsonNode part, String path) {
        JsonNode source = part.path("source");
        if (source.path("type").asText().equals("url") && !PublicUrl.is(source.path("url").asText())) {
            throw new MalformedBody(path + ".source.url: only https URLs of public hosts are supported");
        }
        return (ObjectNode) part;
    }

    private static String url(JsonNode part, String path) {
        return part.path("image_url").isTextual() ? part.path("image_url").textValue()
                : Members.string(part.path("image_url"), "url", path + ".image_url");
    }

    private static ObjectNode file(JsonNode file, String path) {
        if (file.path("file_id").isTextual()) {
            throw new MalformedBody(path + ".file_id: stored files are not supported");
        }
        ObjectNode block = fromUrl(Members.string(file, "file_data", path), path + ".file_data");
        if (block.path("type").textValue().equals("image")) {
            if (block.path("source").path("type").asText().equals("base64")) {
                return block;
            }
            block.put("type", "document");
        }
        if (file.path("filename").isTextual() && !file.path("filename").textValue().isBlank()) {
            block.put("title", file.path("filename").textValue());
        }
        return block;
    }

    /** An image or a PDF by its {@code data:} or {@code https:} URL. */
    private static ObjectNode fromUrl(String url, String path) {
        ObjectNode block = Json.MAPPER.createObjectNode();
        if (!url.regionMatches(true, 0, "data:", 0, 5)) {
            if (!PublicUrl.is(url)) {
                throw new MalformedBody(path + ": only data: URLs and https URLs of public hosts are supported");
            }
            block.put("type", "image").putObject("source").put("type", "url").put("url", url);
            return block;
        }
        int comma = url.indexOf(',');
        String header = comma < 0 ? "" : url.substring(5, comma).toLowerCase(Locale.ROOT);
        if (!header.endsWith(";base64")) {
            throw new MalformedBody(path + ": only base64 data: URLs are supported");
        }
        String mediaType = header.substring(0, header.indexOf(';')).strip();
        boolean pdf = mediaType.equals("application/pdf");
        if (!pdf && !mediaType.startsWith("image/")) {
            throw new MalformedBody(path + ": " + (mediaType.isEmpty() ? "data without a media type" : mediaType)
                    + " is not supported");
        }
        block.put("type", pdf ? "document" : "image").putObject("source").put("type", "base64")
                .put("media_type", mediaType.equals("image/jpg") ? "image/jpeg" : mediaType)
                .put("data", url.substring(comma + 1));
        return block;
    }
}
