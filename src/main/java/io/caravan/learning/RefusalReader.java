/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads out of a 400's words which field, beta or limit the upstream objects to, as far as the request it got has it and can do
 * without. Runs on the error path only.
 */
final class RefusalReader {

    private static final Pattern EXTRA_INPUT = Pattern.compile("([A-Za-z_][\\w.\\[\\]-]*): Extra inputs are not permitted");
    private static final Pattern UNKNOWN_FIELD =
            Pattern.compile("[Uu]n(?:known|recognized|expected) (?:request )?(?:field|argument|parameter|key)"
                    + "(?: supplied)?:? ?[\"'`]([\\w.\\[\\]]+)[\"'`]");
    private static final Pattern UNEXPECTED_BETAS =
            Pattern.compile("Unexpected value\\(s\\) (.{1,2000}?) for the `anthropic-beta` header");
    private static final Pattern EFFORT = Pattern.compile("effort` parameter|effort parameter", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern MAX_TOKENS = Pattern.compile("max_tokens: (\\d{1,9}) > (\\d{1,9})");
    private static final Pattern SEPARATORS = Pattern.compile("[.\\[\\]]+");

    private final ModelRequest sent;
    private final Set<String> betas;
    private final JsonNode body;

    private RefusalReader(ModelRequest sent, Set<String> betas) {
        this.sent = sent;
        this.betas = betas;
        this.body = tree(sent);
    }

    /**
     * What {@code words} object to in the request that the upstream got; empty if nothing that could be left out.
     *
     * @param betas those the client brought
     */
    static Set<Lesson> read(String words, ModelRequest sent, Set<String> betas, Partners partners) {
        RefusalReader reader = new RefusalReader(sent, betas);
        Set<Lesson> lessons = new LinkedHashSet<>();
        reader.fields(words).forEach(path -> lessons.add(new Lesson.Field(path, betas)));
        unexpected(words).stream().filter(betas::contains).filter(beta -> Lessons.mayGo(beta, sent, partners))
                .forEach(beta -> lessons.add(new Lesson.Beta(beta)));
        reader.limit(words).ifPresent(lessons::add);
        return lessons;
    }

    private static JsonNode tree(ModelRequest sent) {
        try {
            return Json.MAPPER.readTree(sent.body());
        } catch (IOException e) {
            return Json.MAPPER.createObjectNode();
        }
    }

    private List<RefusedPath> fields(String words) {
        List<RefusedPath> paths = new ArrayList<>();
        Matcher extra = EXTRA_INPUT.matcher(words);
        while (extra.find()) {
            RefusedPath.of(body, segments(extra.group(1))).ifPresent(paths::add);
        }
        Matcher unknown = UNKNOWN_FIELD.matcher(words);
        while (unknown.find()) {
            List<String> segments = segments(unknown.group(1));
            RefusedPath.of(body, segments).or(() -> onlyPlace(segments)).ifPresent(paths::add);
        }
        if (EFFORT.matcher(words).find()) {
            RefusedPath.of(body, List.of("output_config", "effort")).ifPresent(paths::add);
        }
        paths.removeIf(path -> !Lessons.mayGo(path, sent));
        return paths;
    }

    private static List<String> segments(String path) {
        return SEPARATORS.splitAsStream(path).filter(segment -> !segment.isEmpty()).toList();
    }

    /** Where a field stands that the words give no path for, if it stands in one kind of place only. */
    private Optional<RefusedPath> onlyPlace(List<String> segments) {
        if (segments.size() != 1) {
            return Optional.empty();
        }
        Set<RefusedPath> places = new LinkedHashSet<>();
        places(body, List.of(), segments.get(0), places);
        return places.stream().filter(only -> places.size() == 1).findFirst();
    }

    private static void places(JsonNode node, List<RefusedPath.Holder> way, String name, Set<RefusedPath> places) {
        if (node.has(name)) {
            places.add(new RefusedPath(way, name));
        }
        node.properties().stream().filter(member -> !NestedFields.OPAQUE.contains(member.getKey()))
                .forEach(member -> objects(member.getValue()).forEach(object -> {
                    List<RefusedPath.Holder> longer = new ArrayList<>(way);
                    longer.add(new RefusedPath.Holder(member.getKey(), RefusedPath.kind(object.path("type").asText())));
                    places(object, List.copyOf(longer), name, places);
                }));
    }

    private static List<JsonNode> objects(JsonNode value) {
        List<JsonNode> objects = new ArrayList<>();
        if (value.isObject()) {
            objects.add(value);
        }
        if (value.isArray()) {
            value.forEach(element -> objects.addAll(objects(element)));
        }
        return objects;
    }

    private static Set<String> unexpected(String words) {
        Set<String> named = new LinkedHashSet<>();
        Matcher unexpected = UNEXPECTED_BETAS.matcher(words);
        while (unexpected.find()) {
            Matcher quoted = QUOTED.matcher(unexpected.group(1));
            while (quoted.find()) {
                named.add(quoted.group(1).strip());
            }
        }
        return named;
    }

    private Optional<Lesson> limit(String words) {
        Matcher limit = MAX_TOKENS.matcher(words);
        if (!limit.find()) {
            return Optional.empty();
        }
        long most = Long.parseLong(limit.group(2));
        boolean asksForMore = Refusals.LIMITS.stream().anyMatch(name -> sent.number(name) > most);
        return Optional.<Lesson>of(new Lesson.Limit(most, betas)).filter(lesson -> asksForMore && most > 0);
    }
}
