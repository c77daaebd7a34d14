/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.format.chat.PublicUrl;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import io.caravan.provider.ChatDialect.Rule;
import java.util.Objects;
import java.util.Set;

/** The URL an image or a PDF goes upstream with: its data, or an address the upstream may fetch (cases M11, M12, M14). */
final class ImageUrl {

    private static final String DATA = "data:";
    private static final String[][] MAGIC = {{"iVBORw", "image/png"}, {"/9j/", "image/jpeg"}, {"R0lGOD", "image/gif"},
        {"UklGR", "image/webp"}, {"JVBER", "application/pdf"}};

    private static final Set<String> MEDIA_TYPES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf");

    private ImageUrl() {
    }

    /** The URL for the {@code source} of an image or document block. {@code path} is the block's, with its type. */
    static JsonNode ofSource(JsonNode source, String path, Conversion conversion) {
        String at = path + ".source";
        if (!source.isObject()) {
            throw Nodes.missing(at);
        }
        return switch (source.path("type").asText()) {
            case "base64" -> ofData(text(source, "data", at + ".base64"), source.path("media_type").asText());
            case "url" -> ofUrl(text(source, "url", at + ".url"), at + ".url", path.endsWith(".document"), conversion);
            case "file" -> throw new MalformedBody(at + ": file sources need the native route");
            default -> throw new MalformedBody(at + ": Input tag should be 'base64', 'url' or 'file'");
        };
    }

    private static JsonNode text(JsonNode source, String member, String path) {
        JsonNode text = source.path(member);
        if (!Nodes.isText(text)) {
            throw Nodes.missing(path + "." + member);
        }
        return text;
    }

    /** Base64 as a {@code data:} URL; what is one already stays. Where the media type is none the first bytes tell. */
    static JsonNode ofData(JsonNode data, String mediaType) {
        if (RawText.startsWith(data, DATA)) {
            return data;
        }
        String type = mediaType;
        if (!MEDIA_TYPES.contains(type)) {
            type = sniffed(data);
        }
        return RawText.prefixed(DATA + type + ";base64,", data);
    }

    /**
     * {@code url} as this upstream takes it.
     *
     * @throws MalformedBody if it is not public https, or this upstream takes none and the gateway fetches none
     */
    private static JsonNode ofUrl(JsonNode url, String path, boolean document, Conversion conversion) {
        if (RawText.startsWith(url, DATA)) {
            return url;
        }
        String address = Objects.requireNonNull(RawText.text(url)).strip();
        if (!PublicUrl.is(address)) {
            throw new MalformedBody(path + ": only https URLs of public hosts are supported");
        }
        if (document || conversion.has(Rule.IMAGE_URLS)) {
            return TextNode.valueOf(address);
        }
        return TextNode.valueOf(conversion.fetched(address).orElseThrow(() -> new MalformedBody(
                path + ": remote image URLs are not supported; send the image as base64")));
    }

    /** Makes the URL of a chat message's image part one the upstream may have; other parts stay as they are. */
    static void ofPart(ObjectNode part, String path, Conversion conversion) {
        JsonNode image = part.path("image_url");
        JsonNode url = inPart(part);
        if (!Nodes.isText(url)) {
            return;
        }
        JsonNode sent = ofPart(url, path, conversion);
        if (image instanceof ObjectNode object) {
            object.set("url", sent);
        } else {
            part.set("image_url", sent);
        }
    }

    /** Some clients send base64 alone where a URL belongs. */
    private static JsonNode ofPart(JsonNode url, String path, Conversion conversion) {
        if (url.isTextual() && url.textValue().indexOf(':') < 0) {
            return ofData(TextNode.valueOf(url.textValue().strip()), "");
        }
        return ofUrl(url, path + ".image_url.url", false, conversion);
    }

    /** The URL of a chat message's image part, in either place clients put it. */
    static JsonNode inPart(JsonNode part) {
        JsonNode image = part.path("image_url");
        return image.isObject() ? image.path("url") : image;
    }

    private static String sniffed(JsonNode data) {
        for (String[] magic : MAGIC) {
            if (RawText.startsWith(data, magic[0])) {
                return magic[1];
            }
        }
        return "image/png";
    }
}
