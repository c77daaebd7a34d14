/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The JSON reader and writer every format shares, with limits that fit a 32 MB body and refuse a hostile one. */
public final class Json {

    /** Deeper nesting than this is refused; the deepest real tool schema seen is far below. */
    public static final int MAX_DEPTH = 500;

    /** Streaming parser: no limit on a string's length (images are strings), a hard one on depth. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNestingDepth(MAX_DEPTH)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /** Trees, for what is small and rare: error bodies, settings, tests. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY).build();

    private static final ObjectReader EXACT = MAPPER.reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private Json() {
    }

    /**
     * A body as a tree whose numbers are written again as they were read.
     *
     * @throws IOException if it is not one JSON value
     */
    public static JsonNode exact(byte[] json) throws IOException {
        return EXACT.readTree(json);
    }

    /**
     * Refuses a request's body that is empty, or that begins as no JSON in UTF-8 does.
     *
     * @throws MalformedBody if it is such a body
     */
    public static void requireUtf8(byte[] body) {
        if (body.length == 0) {
            throw new MalformedBody("The request body is empty; a JSON object is expected.");
        }
        if (body.length > 1 && isOtherEncoding(body[0], body[1])) {
            throw new MalformedBody("The request body must be JSON in UTF-8, without a byte order mark.");
        }
    }

    private static boolean isOtherEncoding(byte first, byte second) {
        boolean wide = first == 0 || second == 0;
        return wide || (first & 0xff) >= 0xef;
    }

    /** {@code text} as a JSON string in UTF-8, with its quotes. */
    public static byte[] quoted(String text) {
        byte[] inner = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        byte[] quoted = new byte[inner.length + 2];
        quoted[0] = '"';
        System.arraycopy(inner, 0, quoted, 1, inner.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }
}
