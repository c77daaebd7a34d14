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
import io.caravan.format.json.MemberCuts;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Finds nested fields of a request by their {@link FieldPath} and gives the cuts that remove them. */
final class NestedFields {

    /** The client's own data: never looked into. */
    private static final Set<String> OPAQUE = Set.of("input", "input_schema");

    /** One open object or array: the key it stands under, and the cuts of its members so far. */
    private static final class Frame {
        final String key;
        final MemberCuts cuts = new MemberCuts();
        boolean unwanted;
        int keyStart;

        Frame(String key) {
            this.key = key;
        }
    }

    private final JsonParser parser;
    private final Collection<FieldPath> fields;
    private final Deque<Frame> open = new ArrayDeque<>();
    private final List<Edit> edits = new ArrayList<>();
    private String lastKey = "";

    private NestedFields(JsonParser parser, Collection<FieldPath> fields) {
        this.parser = parser;
        this.fields = fields;
    }

    /** The cuts that remove every occurrence of {@code fields} (nested ones only) from {@code body}. */
    static List<Edit> cuts(byte[] body, Collection<FieldPath> fields) {
        if (fields.isEmpty()) {
            return List.of();
        }
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            return new NestedFields(parser, fields).walk();
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON.");
        }
    }

    private List<Edit> walk() throws IOException {
        open.push(new Frame(""));
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.FIELD_NAME) {
                memberBegins(open.getFirst());
            } else if (token.isStructStart()) {
                open.push(new Frame(keyOfValue()));
            } else {
                if (token.isStructEnd()) {
                    edits.addAll(open.pop().cuts.finish());
                }
                memberEnds(open.getFirst());
            }
        }
        return edits;
    }

    /** Notes the member whose key the parser stands at, and passes over a value that is not looked into. */
    private void memberBegins(Frame frame) throws IOException {
        lastKey = parser.currentName();
        frame.keyStart = (int) parser.currentTokenLocation().getByteOffset();
        frame.unwanted = isUnwanted(frame.key, lastKey);
        if (frame.unwanted || OPAQUE.contains(lastKey)) {
            parser.nextToken();
            parser.skipChildren();
            memberEnds(frame);
        }
    }

    /** What the object or array that begins stands under: an element of an array under the array's key. */
    private String keyOfValue() {
        return parser.getParsingContext().getParent().inArray() ? open.getFirst().key : lastKey;
    }

    /** A value has ended; in an object that is the end of a member. */
    private void memberEnds(Frame frame) throws IOException {
        if (parser.getParsingContext().inObject()) {
            parser.finishToken();
            frame.cuts.member(frame.unwanted, frame.keyStart, (int) parser.currentLocation().getByteOffset());
        }
    }

    private boolean isUnwanted(String parent, String name) {
        for (FieldPath field : fields) {
            if (field.is(parent, name)) {
                return true;
            }
        }
        return false;
    }
}
