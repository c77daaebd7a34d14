/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * One request as it came over the wire.
 *
 * @param method  the HTTP method
 * @param target  the request target, path and query, undecoded
 * @param headers names and values in the order and spelling received; a name may occur more than once
 * @param body    the body without its transfer coding; never null, not copied
 * @param dialect the id of the dialect that the path belongs to, such as {@code databricks-native}; {@code unknown}
 *                for a path that belongs to none
 */
public record RecordedRequest(
        String method, String target, List<Map.Entry<String, String>> headers, byte[] body, String dialect) {

    /** The first value of a header, its name compared without regard to case, or null. */
    public String header(String name) {
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    /** All values of a header in the order received, its name compared without regard to case. */
    public List<String> headers(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * The body as JSON.
     *
     * @throws UncheckedIOException if it is none
     */
    public JsonNode json() {
        try {
            return Json.read(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path without the query string. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public String toString() {
        return method + " " + target + " (" + dialect + ", " + body.length + " bytes)";
    }
}
