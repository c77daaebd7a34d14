/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.chat.PublicUrl;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The URL an image or a PDF goes upstream with: its data, or an address the upstream may fetch (cases M11, M12, M14). */
public final class ImageUrl {

    private static final String DATA = "data:";
    private static final String[][] MAGIC = {{"iVBORw", "image/png"}, {"/9j/", "image/jpeg"}, {"R0lGOD", "image/gif"},
        {"UklGR", "image/webp"}, {"JVBER", "application/pdf"}};

    private static final Set<String> MEDIA_TYPES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf");

    private ImageUrl() {
    }

    /** The URL for the {@code source} of an image or document block. {@code path} is the block's, with its type. */
    public static @Nullable JsonNode ofSource(JsonNode source, String path, Conversion conversion) {
        String at = path + ".source";
        if (!source.isObject()) {
            throw new MalformedBody(at + ": Field required");
        }
        switch (source.path("type").asText()) {
            case "base64" -> {
                JsonNode data = source.get("data");
                if (RawText.text(shortOf(data)) == null) {
                    throw new MalformedBody(at + ".base64.data: Field required");
                }
                return ofData(data, source.path("media_type").asText());
            }
            case "url" -> {
                JsonNode url = source.get("url");
                if (RawText.text(shortOf(url)) == null) {
                    throw new MalformedBody(at + ".url.url: Field required");
                }
                return ofUrl(url, at + ".url", path.endsWith(".document"), conversion);
            }
            case "file" -> throw new MalformedBody(at + ": file sources need the native route");
            default -> throw new MalformedBody(at + ": Input tag should be 'base64', 'url' or 'file'");
        }
    }

    /** Base64 as a {@code data:} URL; what is one already stays. Where the media type is none the first bytes tell. */
    public static @Nullable JsonNode ofData(JsonNode data, String mediaType) {
        if (RawText.startsWith(data, DATA)) {
            return data;
        }
        return RawText.prefixed(DATA + (MEDIA_TYPES.contains(mediaType) ? mediaType : sniffed(data)) + ";base64,", data);
    }

    /**
     * {@code url} as this upstream takes it.
     *
     * @throws MalformedBody if it is not public https, or this upstream takes none and the gateway fetches none
     */
    public static JsonNode ofUrl(JsonNode url, String path, boolean document, Conversion conversion) {
        if (RawText.startsWith(url, DATA)) {
            return url;
        }
        String address = Objects.requireNonNull(RawText.text(url)).strip();
        if (!PublicUrl.is(address)) {
            throw new MalformedBody(path + ": only https URLs of public hosts are supported");
        }
        if (document || conversion.has(ChatRule.IMAGE_URLS)) {
            return TextNode.valueOf(address);
        }
        if (conversion.options().images() == null) {
            throw new MalformedBody(path + ": remote image URLs are not supported; send the image as base64");
        }
        return TextNode.valueOf(conversion.options().images().apply(address));
    }

    /** A stand-in that is cheap to look at: long data is known to be a string. */
    private static JsonNode shortOf(JsonNode value) {
        return RawText.of(value) == null ? value : TextNode.valueOf("");
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
