/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Adds up the tokens of the tools a model sees: a deferred one only once something in the conversation has loaded it. */
final class ToolTokens {

    /** What a request with tools costs before the first of them; holds the larger of the published counts. */
    private static final int ANY_TOOL = 340;
    private static final int PER_TOOL = 40;
    /** A tool that the upstream describes by itself, such as web search: documented ones are 245 to 735. */
    private static final int BUILT_IN = 735;

    private static final class Tool {
        String name = "";
        final List<String> texts = new ArrayList<>(3);
        boolean described;
        boolean deferred;
    }

    private final TextTokens text;
    private final Map<String, Tool> deferred = new LinkedHashMap<>();
    private final Set<String> loaded = new HashSet<>();
    private long fixed;

    ToolTokens(TextTokens text) {
        this.text = text;
    }

    /** Reads the tool the parser stands at. */
    void read(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        Tool tool = new Tool();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String member = in.currentName();
            JsonToken token = in.nextToken();
            switch (member) {
                case "name" -> tool.name = CompactJson.string(in, "");
                case "description" -> tool.texts.add(CompactJson.string(in, ""));
                case "input_schema", "input_examples" -> {
                    tool.described = true;
                    tool.texts.add(CompactJson.of(in));
                }
                case "defer_loading" -> tool.deferred = token == JsonToken.VALUE_TRUE;
                default -> {
                }
            }
            in.skipChildren();
        }
        if (tool.deferred) {
            deferred.put(tool.name, tool);
        } else {
            count(tool);
        }
    }

    void loaded(String name) {
        loaded.add(name);
    }

    /** Counts the deferred tools that were loaded, and returns what the tools cost beside their texts. */
    long finish() {
        loaded.stream().map(deferred::remove).filter(Objects::nonNull).forEach(this::count);
        return fixed;
    }

    private void count(Tool tool) {
        if (fixed == 0) {
            fixed = ANY_TOOL;
        }
        fixed += PER_TOOL;
        if (!tool.described) {
            fixed += BUILT_IN;
        }
        text.add(tool.name);
        tool.texts.forEach(text::add);
    }
}
