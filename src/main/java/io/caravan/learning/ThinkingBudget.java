/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps the thinking budget, in either format's spelling, under a lowered limit: the upstream refuses it otherwise. */
final class ThinkingBudget {

    private static final Map<String, String> BUDGETS = Map.of("thinking", "budget_tokens", "reasoning", "max_tokens");

    private ThinkingBudget() {
    }

    /** The edit that lowers the request's thinking budget to {@code limit}; none if it is not above. */
    static List<Edit> below(ModelRequest request, long limit) {
        List<Edit> edits = new ArrayList<>(1);
        if (BUDGETS.keySet().stream().noneMatch(request::has)) {
            return edits;
        }
        try (JsonParser parser = Json.FACTORY.createParser(request.body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = BUDGETS.get(parser.currentName());
                if (parser.nextToken() != JsonToken.START_OBJECT || name == null) {
                    parser.skipChildren();
                    continue;
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean budget = parser.currentName().equals(name);
                    if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && budget && parser.getLongValue() > limit) {
                        edits.add(new Edit((int) parser.currentTokenLocation().getByteOffset(),
                                (int) parser.currentLocation().getByteOffset(), Long.toString(limit).getBytes()));
                    }
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new MalformedBody("thinking.budget_tokens: Input should be a valid integer");
        }
        return edits;
    }
}
