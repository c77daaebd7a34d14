/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.JsonScanner;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The member {@code safeguard_results} of an object of JSON, put in or replaced where it stands. */
final class VerdictMember {

    private static final String NAME = "safeguard_results";

    private VerdictMember() {
    }

    /**
     * The edit that gives the object in {@code json[from, to)} its verdicts; none if it is no object, or is to stay.
     *
     * @param verdicts makes the value of what stands there now, which may be missing; empty: it stays as it is
     */
    static List<Edit> edit(byte[] json, int from, int to, Function<JsonNode, Optional<JsonNode>> verdicts) throws IOException {
        JsonScanner object = new JsonScanner(json, from, to);
        if (object.peek() != '{') {
            return List.of();
        }
        int first = object.at() + 1;
        int last = -1;
        int start = -1;
        int end = -1;
        for (boolean more = object.open('}'); more; more = object.next('}')) {
            boolean named = object.name().equals(NAME);
            int value = object.at();
            object.skip();
            last = object.at();
            if (named) {
                start = value;
                end = last;
            }
        }
        if (start >= 0) {
            JsonNode given = Json.MAPPER.readTree(json, start, end - start);
            int at = start;
            int behind = end;
            return verdicts.apply(given).map(value -> List.of(new Edit(at, behind, bytes(value.toString())))).orElse(List.of());
        }
        String member = "\"" + NAME + "\":";
        int at = first;
        String before = "";
        if (last >= 0) {
            at = last;
            before = ",";
        }
        int place = at;
        String opening = before + member;
        return verdicts.apply(MissingNode.getInstance())
                .map(value -> List.of(new Edit(place, place, bytes(opening + value)))).orElse(List.of());
    }

    /** The same for the object that is the member {@code parent} of the one in {@code json[from, to)}. */
    static List<Edit> editIn(String parent, byte[] json, int from, int to, Function<JsonNode, Optional<JsonNode>> verdicts)
            throws IOException {
        JsonScanner object = new JsonScanner(json, from, to);
        if (object.peek() != '{') {
            return List.of();
        }
        int start = from;
        int end = from;
        for (boolean more = object.open('}'); more; more = object.next('}')) {
            boolean named = object.name().equals(parent);
            int value = object.at();
            object.skip();
            if (named) {
                start = value;
                end = object.at();
            }
        }
        return edit(json, start, end, verdicts);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
