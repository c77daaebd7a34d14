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
import java.util.Set;

/** The content of a user, system or tool message, a string or parts, as content blocks. Blank texts are left out. */
final class PartsToBlocks {

    /** The types of a text part, the Responses API's among them. */
    static final Set<String> TEXTS = Set.of("text", "input_text", "output_text");
    private static final String DATA = "data:";

    private PartsToBlocks() {
    }

    /** The content of {@code message}, of every kind that a user may send. */
    static ArrayNode of(JsonNode message, String path) {
        return blocks(message, path + ".content", false);
    }

    /** The content of {@code message}, which may be text alone. */
    static ArrayNode texts(JsonNode message, String path) {
        return blocks(message, path + ".content", true);
    }

    static ObjectNode text(String text) {
        return Json.MAPPER.createObjectNode().put("type", "text").put("text", text);
    }

    private static ArrayNode blocks(JsonNode message, String path, boolean textsOnly) {
        ArrayNode blocks = Json.MAPPER.createArrayNode();
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            addText(blocks, content, content.textValue());
        } else if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                add(blocks, content.get(i), path + "." + i, textsOnly);
            }
        } else if (message.hasNonNull("content")) {
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
        if (TEXTS.contains(type)) {
            addText(blocks, part, textOf(part, path));
            return;
        }
        if (textsOnly) {
            throw new MalformedBody(path + ".type: only text is supported");
        }
        ObjectNode block = block(type, part, path);
        Members.moveCacheMarker(part, block);
        blocks.add(block);
    }

    private static String textOf(JsonNode part, String path) {
        if (part.path("text").isTextual()) {
            return part.path("text").textValue();
        }
        throw new MalformedBody(path + ".text: Input should be a valid string");
    }

    private static ObjectNode block(String type, JsonNode part, String path) {
        return switch (type) {
            case "image_url", "input_image" -> fromUrl(url(part, path), path + ".image_url.url");
            case "image" -> image(part, path);
            case "document" -> itself(part, path);
            case "file" -> file(part.path("file"), path + ".file");
            case "input_file" -> file(part, path);
            default -> throw new MalformedBody(path + ".type: " + type + " is not supported");
        };
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

    private static ObjectNode image(JsonNode part, String path) {
        if (part.path("source").isObject()) {
            return itself(part, path);
        }
        return fromUrl(url(part, path), path);
    }

    /** A part that already is a block of the Messages format. */
    private static ObjectNode itself(JsonNode part, String path) {
        JsonNode source = part.path("source");
        if (Members.isOfType(source, "url") && !PublicUrl.is(source.path("url").asText())) {
            throw new MalformedBody(path + ".source.url: only https URLs of public hosts are supported");
        }
        return (ObjectNode) part;
    }

    private static String url(JsonNode part, String path) {
        if (part.path("file_id").isTextual()) {
            throw new MalformedBody(path + ".file_id: stored files are not supported");
        }
        JsonNode image = part.path("image_url");
        if (image.isTextual()) {
            return image.textValue();
        }
        return Members.string(image, "url", path + ".image_url");
    }

    private static ObjectNode file(JsonNode file, String path) {
        if (file.path("file_id").isTextual()) {
            throw new MalformedBody(path + ".file_id: stored files are not supported");
        }
        String member = file.hasNonNull("file_url") ? "file_url" : "file_data";
        ObjectNode block = fromUrl(Members.string(file, member, path), path + "." + member);
        if (Members.isOfType(block, "image")) {
            if (Members.isOfType(block.path("source"), "base64")) {
                return block;
            }
            block.put("type", "document");
        }
        String name = Members.text(file.path("filename"));
        if (!name.isBlank()) {
            block.put("title", name);
        }
        return block;
    }

    /** An image or a PDF by its {@code data:} or {@code https:} URL. */
    private static ObjectNode fromUrl(String url, String path) {
        if (url.regionMatches(true, 0, DATA, 0, DATA.length())) {
            return fromData(url, path);
        }
        if (!PublicUrl.is(url)) {
            throw new MalformedBody(path + ": only data: URLs and https URLs of public hosts are supported");
        }
        ObjectNode block = Json.MAPPER.createObjectNode().put("type", "image");
        block.putObject("source").put("type", "url").put("url", url);
        return block;
    }

    private static ObjectNode fromData(String url, String path) {
        int comma = Math.max(url.indexOf(','), DATA.length());
        String header = url.substring(DATA.length(), comma).toLowerCase(Locale.ROOT);
        if (!header.endsWith(";base64")) {
            throw new MalformedBody(path + ": only base64 data: URLs are supported");
        }
        String mediaType = header.substring(0, header.indexOf(';')).strip();
        if (mediaType.equals("image/jpg")) {
            mediaType = "image/jpeg";
        }
        ObjectNode block = Json.MAPPER.createObjectNode().put("type", blockType(mediaType, path));
        block.putObject("source").put("type", "base64").put("media_type", mediaType).put("data", url.substring(comma + 1));
        return block;
    }

    private static String blockType(String mediaType, String path) {
        if (mediaType.equals("application/pdf")) {
            return "document";
        }
        if (mediaType.startsWith("image/")) {
            return "image";
        }
        String what = mediaType.isEmpty() ? "data without a media type" : mediaType;
        throw new MalformedBody(path + ": " + what + " is not supported");
    }
}
