/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import io.caravan.format.ModelRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads out of a 400's words which field, beta or limit the upstream objects to. Runs on the error path only. */
final class RefusalReader {

    private static final Pattern EXTRA_INPUT = Pattern.compile("([A-Za-z_][\\w.\\[\\]-]*): Extra inputs are not permitted");
    private static final Pattern UNKNOWN_FIELD =
            Pattern.compile("[Uu]n(?:known|recognized|expected) (?:request )?(?:field|argument|parameter|key)"
                    + "(?: supplied)?:? ?[\"'`]([\\w.]+)[\"'`]");
    private static final Pattern UNEXPECTED_BETAS =
            Pattern.compile("Unexpected value\\(s\\) (.{1,2000}?) for the `anthropic-beta` header");
    private static final Pattern EFFORT = Pattern.compile("effort` parameter|effort parameter", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern MAX_TOKENS = Pattern.compile("max_tokens: (\\d{1,9}) > (\\d{1,9})");

    /** What no upstream can mean to do without: removing it would change the request's meaning or break it. */
    private static final Set<String> VITAL = Set.of("model", "messages", "max_tokens", "system", "tools", "stream",
            "role", "content", "type", "name", "input", "input_schema", "id", "tool_use_id", "tool_name", "text",
            "signature", "source", "data", "media_type", "is_error", "budget_tokens");
    /** The text of a thinking block, which has the name of what turns thinking on. */
    private static final FieldPath THINKING_TEXT = new FieldPath("content", "thinking");
    /** Where a field goes from if it is refused in one of these places: the request itself, its messages, its tools. */
    private static final List<String> TOGETHER = List.of("", "messages", "tools");

    private RefusalReader() {
    }

    /**
     * What {@code message}, the words of a 400, objects to in {@code request}.
     *
     * <p>A field named at the top level, on a message or on a tool goes from all three places; one that stands deeper
     * goes from every object under the same key. {@link Refusals#NONE} if nothing removable is named.
     */
    static Refusals read(String message, ModelRequest request) {
        Set<FieldPath> fields = new LinkedHashSet<>();
        Set<String> betas = new LinkedHashSet<>();
        for (Pattern pattern : List.of(EXTRA_INPUT, UNKNOWN_FIELD)) {
            Matcher named = pattern.matcher(message);
            while (named.find()) {
                addField(fields, named.group(1), request);
            }
        }
        if (EFFORT.matcher(message).find()) {
            fields.add(new FieldPath("output_config", "effort"));
        }
        Matcher unexpected = UNEXPECTED_BETAS.matcher(message);
        while (unexpected.find()) {
            Matcher quoted = QUOTED.matcher(unexpected.group(1));
            while (quoted.find()) {
                betas.add(quoted.group(1).strip());
            }
        }
        Matcher limit = MAX_TOKENS.matcher(message);
        long maxTokens = 0;
        if (limit.find()) {
            maxTokens = Long.parseLong(limit.group(2));
        }
        return new Refusals(fields, betas, maxTokens);
    }

    private static void addField(Set<FieldPath> fields, String path, ModelRequest request) {
        List<String> names = names(path);
        if (names.isEmpty()) {
            return;
        }
        String leaf = names.get(names.size() - 1);
        if (VITAL.contains(leaf)) {
            return;
        }
        FieldPath field = new FieldPath(parentIn(request, names, leaf), leaf);
        if (TOGETHER.contains(field.parent())) {
            TOGETHER.forEach(parent -> fields.add(new FieldPath(parent, leaf)));
        } else if (!field.equals(THINKING_TEXT)) {
            fields.add(field);
        }
    }

    /** The keys of a path like {@code messages.0.content[1].caller}, without its indices. */
    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (String segment : path.split("[.\\[\\]]+")) {
            boolean index = segment.chars().allMatch(Character::isDigit);
            if (!index) {
                names.add(segment);
            }
        }
        return names;
    }

    /** The key of the path under which {@code leaf} really stands: what lies between may name a variant, not a key. */
    private static String parentIn(ModelRequest request, List<String> names, String leaf) {
        for (int i = names.size() - 2; i >= 0; i--) {
            FieldPath candidate = new FieldPath(names.get(i), leaf);
            if (!NestedFields.cuts(request.body(), List.of(candidate)).isEmpty()) {
                return candidate.parent();
            }
        }
        return "";
    }
}
