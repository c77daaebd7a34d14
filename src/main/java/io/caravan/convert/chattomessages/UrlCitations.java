/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;

/**
 * What an answer took from the web, as the {@code annotations} of a chat message: the pages its text blocks cite, or, if
 * none is cited, those a search found.
 */
final class UrlCitations {

    private final ArrayNode block = Json.MAPPER.createArrayNode();
    private final ArrayNode results = Json.MAPPER.createArrayNode();
    private boolean cited;

    /** Takes a citation of the current text block. */
    void cite(JsonNode citation) {
        add(block, citation);
    }

    /** Takes the content of a {@code web_search_tool_result} block. */
    void found(JsonNode content) {
        if (content.isArray()) {
            content.forEach(result -> add(results, result));
        }
    }

    /** The annotations of the text block that ends, whose text is {@code [start, end)} of the content. */
    ArrayNode endOfBlock(int start, int end) {
        ArrayNode annotations = Json.MAPPER.createArrayNode();
        for (JsonNode annotation : block) {
            ((ObjectNode) annotation.path("url_citation")).put("start_index", start).put("end_index", end);
            annotations.add(annotation);
        }
        block.removeAll();
        cited |= !annotations.isEmpty();
        return annotations;
    }

    /** The annotations that are left when the message ends. */
    ArrayNode endOfMessage() {
        if (cited) {
            return Json.MAPPER.createArrayNode();
        }
        return results;
    }

    private static void add(ArrayNode annotations, JsonNode source) {
        String url = source.path("url").asText();
        if (!url.isEmpty()) {
            annotations.addObject().put("type", "url_citation").putObject("url_citation").put("url", url)
                    .put("title", source.path("title").asText()).put("start_index", 0).put("end_index", 0);
        }
    }
}
