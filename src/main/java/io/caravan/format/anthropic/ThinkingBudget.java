package io.caravan.format.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.Edit;
import io.caravan.format.Json;
import io.caravan.format.MalformedBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps {@code thinking.budget_tokens} under a lowered {@code max_tokens}: the upstream refuses it otherwise. */
final class ThinkingBudget {

    private ThinkingBudget() {
    }

    /** The edit that lowers the request's thinking budget to {@code limit}; none if it is not above. */
    static List<Edit> below(MessagesRequest request, long limit) {
        List<Edit> edits = new ArrayList<>(1);
        if (!request.has("thinking")) {
            return edits;
        }
        try (JsonParser parser = Json.FACTORY.createParser(request.body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean thinking = parser.currentName().equals("thinking");
                if (parser.nextToken() != JsonToken.START_OBJECT || !thinking) {
                    parser.skipChildren();
                    continue;
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean budget = parser.currentName().equals("budget_tokens");
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
