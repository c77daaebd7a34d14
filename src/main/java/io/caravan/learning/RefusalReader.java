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
public final class RefusalReader {

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

    private RefusalReader() {
    }

    /**
     * What {@code message}, the words of a 400, objects to in {@code request}.
     *
     * <p>A field named at the top level, on a message or on a tool goes from all three places; one that stands deeper
     * goes from every object under the same key. {@link Refusals#NONE} if nothing removable is named.
     */
    public static Refusals read(String message, ModelRequest request) {
        Set<FieldPath> fields = new LinkedHashSet<>();
        Set<String> betas = new LinkedHashSet<>();
        long maxTokens = 0;
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
        if (limit.find() && Long.parseLong(limit.group(2)) > 0) {
            maxTokens = Long.parseLong(limit.group(2));
        }
        return new Refusals(fields, betas, maxTokens);
    }

    private static void addField(Set<FieldPath> fields, String path, ModelRequest request) {
        List<String> names = new ArrayList<>();
        for (String segment : path.split("[.\\[\\]]+")) {
            if (!segment.isEmpty() && !segment.chars().allMatch(Character::isDigit)) {
                names.add(segment);
            }
        }
        if (names.isEmpty()) {
            return;
        }
        String leaf = names.get(names.size() - 1);
        String parent = parentIn(request, names, leaf);
        if (parent.isEmpty() || parent.equals("messages") || parent.equals("tools")) {
            if (!VITAL.contains(leaf)) {
                fields.add(new FieldPath("", leaf));
                fields.add(new FieldPath("messages", leaf));
                fields.add(new FieldPath("tools", leaf));
            }
        } else if (!VITAL.contains(leaf) && !(parent.equals("content") && leaf.equals("thinking"))) {
            fields.add(new FieldPath(parent, leaf));
        }
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
