/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pages an answer cites, each once; they become text at its end. */
final class Sources {

    private final Map<String, String> titles = new LinkedHashMap<>();

    /** @param annotations of a message or a delta; what is no {@code url_citation} is passed over */
    void add(JsonNode annotations) {
        for (JsonNode annotation : annotations) {
            if (annotation.path("type").asText().equals("url_citation")) {
                JsonNode nested = annotation.path("url_citation");
                JsonNode citation = nested.isObject() ? nested : annotation;
                String url = citation.path("url").asText("");
                if (!url.isEmpty()) {
                    String title = citation.path("title").asText("");
                    if (title.isEmpty()) {
                        title = url;
                    }
                    titles.putIfAbsent(url, title);
                }
            }
        }
    }

    /** The text to add, or an empty one; {@code afterText} sets it off from what it follows. */
    String text(boolean afterText) {
        if (titles.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        if (afterText) {
            text.append("\n\n");
        }
        text.append("Sources:");
        titles.forEach((url, title) -> text.append("\n- [").append(title).append("](").append(url).append(')'));
        return text.toString();
    }
}
