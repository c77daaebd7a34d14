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
                String budget = BUDGETS.get(parser.currentName());
                boolean object = parser.nextToken() == JsonToken.START_OBJECT;
                if (budget != null && object) {
                    lower(parser, budget, limit, edits);
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new MalformedBody("thinking.budget_tokens: Input should be a valid integer");
        }
        return edits;
    }

    /** Adds the edits that lower the members {@code name} of the object the parser stands at, and leaves it at its end. */
    private static void lower(JsonParser parser, String name, long limit, List<Edit> edits) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean budget = parser.currentName().equals(name);
            boolean number = parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
            if (number && budget && parser.getLongValue() > limit) {
                edits.add(new Edit((int) parser.currentTokenLocation().getByteOffset(),
                        (int) parser.currentLocation().getByteOffset(), Long.toString(limit).getBytes()));
            }
            parser.skipChildren();
        }
    }
}
