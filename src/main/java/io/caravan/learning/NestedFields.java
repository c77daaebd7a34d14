/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import io.caravan.format.JsonScanner;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Finds nested fields of a request by their {@link FieldPath} and gives the cuts that remove them. */
final class NestedFields {

    /** The client's own data: never looked into. */
    private static final Set<String> OPAQUE = Set.of("input", "input_schema");

    private final JsonScanner json;
    private final Collection<FieldPath> fields;
    private final List<Edit> edits = new ArrayList<>();

    private NestedFields(byte[] body, Collection<FieldPath> fields) {
        this.json = new JsonScanner(body, 0, body.length);
        this.fields = fields;
    }

    /** The cuts that remove every occurrence of {@code fields} (nested ones only) from {@code body}. */
    static List<Edit> cuts(byte[] body, Collection<FieldPath> fields) {
        NestedFields found = new NestedFields(body, fields);
        if (fields.isEmpty()) {
            return found.edits;
        }
        try {
            found.value("");
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON.");
        }
        return found.edits;
    }

    /** Goes behind a value; an array's elements stand under the array's own key. */
    private void value(String key) throws IOException {
        switch (json.peek()) {
            case '{' -> object(key);
            case '[' -> {
                for (boolean more = json.open(']'); more; more = json.next(']')) {
                    value(key);
                }
            }
            default -> json.skip();
        }
    }

    private void object(String key) throws IOException {
        Edit.MemberCuts cuts = new Edit.MemberCuts();
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            int start = json.at();
            String name = json.name();
            boolean unwanted = isUnwanted(key, name);
            if (unwanted || OPAQUE.contains(name)) {
                json.skip();
            } else {
                value(name);
            }
            cuts.member(unwanted, start, json.at());
        }
        edits.addAll(cuts.finish());
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
