/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A long JSON string, such as the base64 of an image, kept as the bytes it came in: a slice of the body, still escaped,
 * without its quotes. It stands in a tree as a {@link POJONode} and is written as it is, decoded only if asked. Immutable
 * as long as the body is.
 */
public final class RawText implements JsonSerializable {

    private final String prefix;
    private final byte[] body;
    private final int start;
    private final int end;

    private RawText(String prefix, byte[] body, int start, int end) {
        this.prefix = prefix;
        this.body = body;
        this.start = start;
        this.end = end;
    }

    /** The node of the string whose escaped bytes are {@code start} (inclusive) to {@code end} (exclusive). */
    static JsonNode node(byte[] body, int start, int end) {
        return JsonNodeFactory.instance.pojoNode(new RawText("", body, start, end));
    }

    /** What {@code node} holds, or null if it is any other node, or null itself. */
    public static @Nullable RawText of(@Nullable JsonNode node) {
        if (node instanceof POJONode held && held.getPojo() instanceof RawText raw) {
            return raw;
        }
        return null;
    }

    /** The string {@code node} is, whether decoded or not; null if it is no string. */
    public static @Nullable String text(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        RawText raw = of(node);
        return raw == null ? node.textValue() : raw.text();
    }

    /** {@code prefix}, which needs no escaping in JSON, followed by the string of {@code node}. */
    public static JsonNode prefixed(String prefix, JsonNode node) {
        RawText raw = of(node);
        if (raw != null) {
            return JsonNodeFactory.instance.pojoNode(new RawText(prefix + raw.prefix, raw.body, raw.start, raw.end));
        }
        return JsonNodeFactory.instance.textNode(prefix + node.asText());
    }

    /** Whether the string begins with {@code ascii}. */
    public static boolean startsWith(@Nullable JsonNode node, String ascii) {
        RawText raw = of(node);
        if (raw != null) {
            return raw.startsWith(ascii);
        }
        String text = text(node);
        return text != null && text.startsWith(ascii);
    }

    private boolean startsWith(String ascii) {
        if (!prefix.isEmpty()) {
            return text().startsWith(ascii);
        }
        int length = Math.min(ascii.length(), end - start);
        return new String(body, start, length, StandardCharsets.ISO_8859_1).equals(ascii);
    }

    /** The string itself. */
    public String text() {
        try (JsonParser parser = Json.FACTORY.createParser(body, start - 1, end - start + 2)) {
            parser.nextToken();
            return prefix + parser.getText();
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON.");
        }
    }

    @Override
    public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
        if (!(generator.getOutputTarget() instanceof OutputStream out)) {
            generator.writeString(text());
        } else if (prefix.isEmpty()) {
            generator.writeRawUTF8String(body, start, end - start);
        } else {
            generator.writeRawValue("\"" + prefix);
            generator.flush();
            out.write(body, start, end - start);
            generator.writeRaw('"');
        }
    }

    @Override
    public void serializeWithType(JsonGenerator generator, SerializerProvider provider, TypeSerializer types)
            throws IOException {
        serialize(generator, provider);
    }
}
