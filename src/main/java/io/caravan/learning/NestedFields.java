/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.Edit;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** Finds nested fields of a request by their {@link FieldPath} and gives the cuts that remove them. */
final class NestedFields {

    /** One open object or array: the key it stands under, and the cuts of its members so far. */
    private static final class Frame {
        final String key;
        final Edit.MemberCuts cuts = new Edit.MemberCuts();
        boolean unwanted;
        int keyStart;

        Frame(String key) {
            this.key = key;
        }
    }

    private NestedFields() {
    }

    /** The cuts that remove every occurrence of {@code fields} (nested ones only) from {@code body}. */
    static List<Edit> cuts(byte[] body, Collection<FieldPath> fields) {
        List<Edit> edits = new ArrayList<>();
        if (fields.isEmpty()) {
            return edits;
        }
        Deque<Frame> open = new ArrayDeque<>();
        String pending = "";
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    Frame frame = open.peek();
                    pending = parser.currentName();
                    frame.keyStart = (int) parser.currentTokenLocation().getByteOffset();
                    frame.unwanted = isUnwanted(fields, frame.key, pending);
                    if (!frame.unwanted && !isOpaque(pending)) {
                        continue;
                    }
                    if (parser.nextToken().isStructStart()) {
                        parser.skipChildren();
                    }
                    memberEnds(parser, frame);
                } else if (token.isStructStart()) {
                    open.push(new Frame(parser.getParsingContext().getParent().inArray() ? open.peek().key : pending));
                } else if (token.isStructEnd()) {
                    edits.addAll(open.pop().cuts.finish());
                    memberEnds(parser, open.peek());
                } else {
                    memberEnds(parser, open.peek());
                }
            }
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON.");
        }
        return edits;
    }

    private static void memberEnds(JsonParser parser, Frame frame) throws IOException {
        if (frame == null || !parser.getParsingContext().inObject()) {
            return;
        }
        parser.finishToken();
        frame.cuts.member(frame.unwanted, frame.keyStart, (int) parser.currentLocation().getByteOffset());
    }

    private static boolean isOpaque(String name) {
        return name.equals("input") || name.equals("input_schema");
    }

    private static boolean isUnwanted(Collection<FieldPath> fields, String parent, String name) {
        for (FieldPath field : fields) {
            if (field.name().equals(name) && field.parent().equals(parent) && !field.topLevel()) {
                return true;
            }
        }
        return false;
    }
}
