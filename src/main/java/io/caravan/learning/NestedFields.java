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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds nested fields of a request, by their {@link FieldPath} at any depth or by their {@link RefusedPath} in that place
 * alone, and gives the cuts that remove them.
 */
final class NestedFields {

    /** The client's own data: never looked into. */
    static final Set<String> OPAQUE = Set.of("input", "input_schema");

    private final byte[] body;
    private final Collection<FieldPath> fields;
    private final List<Edit> edits = new ArrayList<>();
    private final Set<RefusedPath> found = new LinkedHashSet<>();

    private NestedFields(byte[] body, Collection<FieldPath> fields) {
        this.body = body;
        this.fields = fields;
    }

    /** The cuts that remove every occurrence of {@code fields} (nested ones only) from {@code body}. */
    static List<Edit> cuts(byte[] body, Collection<FieldPath> fields) {
        return in(body, fields, List.of()).edits;
    }

    /** All occurrences of {@code fields} and {@code paths}, nested ones only. */
    static NestedFields in(byte[] body, Collection<FieldPath> fields, Collection<RefusedPath> paths) {
        NestedFields found = new NestedFields(body, fields);
        if (fields.isEmpty() && paths.isEmpty()) {
            return found;
        }
        try {
            found.value(new JsonScanner(body, 0, body.length), "", List.copyOf(paths), 0);
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON.");
        }
        return found;
    }

    List<Edit> edits() {
        return edits;
    }

    /** Which of the paths are there. */
    Set<RefusedPath> found() {
        return found;
    }

    /**
     * Goes behind a value; an array's elements stand under the array's own key.
     *
     * @param paths those that lead into it
     * @param depth how many of their holders lie behind
     */
    private void value(JsonScanner json, String key, List<RefusedPath> paths, int depth) throws IOException {
        if (fields.isEmpty() && paths.isEmpty()) {
            json.skip();
            return;
        }
        switch (json.peek()) {
            case '{' -> object(json, key, ofItsKind(paths, json.at(), depth), depth);
            case '[' -> {
                for (boolean more = json.open(']'); more; more = json.next(']')) {
                    value(json, key, paths, depth);
                }
            }
            default -> json.skip();
        }
    }

    private void object(JsonScanner json, String key, List<RefusedPath> paths, int depth) throws IOException {
        Edit.MemberCuts cuts = new Edit.MemberCuts();
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            int start = json.at();
            String name = json.name();
            boolean unwanted = isUnwanted(key, name) | isRefused(paths, depth, name);
            if (unwanted || OPAQUE.contains(name)) {
                json.skip();
            } else {
                value(json, name, into(paths, depth, name), depth + 1);
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

    private boolean isRefused(List<RefusedPath> paths, int depth, String name) {
        boolean refused = false;
        for (RefusedPath path : paths) {
            boolean here = depth > 0 && path.holders().size() == depth;
            if (here && path.name().equals(name)) {
                found.add(path);
                refused = true;
            }
        }
        return refused;
    }

    private static List<RefusedPath> into(List<RefusedPath> paths, int depth, String name) {
        if (paths.isEmpty()) {
            return paths;
        }
        List<RefusedPath> within = new ArrayList<>(1);
        for (RefusedPath path : paths) {
            if (path.holders().size() > depth && path.holders().get(depth).key().equals(name)) {
                within.add(path);
            }
        }
        return within;
    }

    /** Of {@code paths} those whose holder is of the kind of the object that begins at {@code start}. */
    private List<RefusedPath> ofItsKind(List<RefusedPath> paths, int start, int depth) throws IOException {
        if (paths.isEmpty() || depth == 0) {
            return paths;
        }
        String kind = kind(start);
        List<RefusedPath> of = new ArrayList<>(1);
        for (RefusedPath path : paths) {
            if (path.holders().get(depth - 1).kind().equals(kind)) {
                of.add(path);
            }
        }
        return of;
    }

    private String kind(int start) throws IOException {
        JsonScanner json = new JsonScanner(body, start, body.length);
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            boolean type = json.name().equals("type");
            int from = json.at();
            json.skip();
            if (type && body[from] == '"') {
                return RefusedPath.kind(json.text(from, json.at()));
            }
        }
        return "";
    }
}
