/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One member of a request, by the exact way to it: which members lead there from the top, and of which kind the objects are
 * that they hold. A list's elements count as what its member holds. The kind is what an object's {@code type} says; a tool
 * of the client's own has none, whether it says {@code custom} or nothing.
 *
 * @param holders the members that lead to it, from the top; empty for a top-level member
 * @param name    its own name
 */
record RefusedPath(List<Holder> holders, String name) {

    /** A member on the way, and the kind of the object or objects it holds. */
    record Holder(String key, String kind) {
    }

    private static final String CUSTOM = "custom";

    /** What no upstream can mean to do without: removing it would break the request, or take words or answers away. */
    private static final Set<String> VITAL = Set.of("model", "messages", "max_tokens", "system", "tools", "stream",
            "role", "content", "type", "name", "input", "input_schema", "id", "tool_use_id", "tool_name", "text", "title",
            "context", "signature", "source", "data", "media_type", "is_error", "budget_tokens");
    /** What changes the meaning of a request when it is missing: the client is told instead. */
    private static final Set<String> MEANINGFUL = Set.of("mcp_servers", "container", "output_format", "response_format",
            "tool_choice", "stop_sequences", "stop", "functions", "function_call");
    private static final Set<String> MEANINGFUL_THROUGHOUT = Set.of("mcp_servers", "container", "output_format", "response_format");
    /** What a tool may lose and do the same; a tool that the upstream runs itself may lose nothing else. */
    private static final Set<String> TOOL_HINTS = Set.of("cache_control", "defer_loading", "eager_input_streaming",
            "input_examples", "strict");
    private static final Set<String> OF_OWN_TOOLS = Set.of("", "function");

    static RefusedPath top(String name) {
        return new RefusedPath(List.of(), name);
    }

    /** The kind that an object's {@code type} says. */
    static String kind(String type) {
        if (type.equals(CUSTOM)) {
            return "";
        }
        return type;
    }

    /**
     * The path that an upstream's words name, as it really is in {@code body}: what the words have between two members may be
     * an index, or name the kind of an object. Empty where nothing stands there.
     *
     * @param segments the words' path, {@code [messages, 0, content, 1, tool_use, caller]}
     */
    static Optional<RefusedPath> of(JsonNode body, List<String> segments) {
        return in(body, List.of(), segments);
    }

    private static Optional<RefusedPath> in(JsonNode object, List<Holder> way, List<String> segments) {
        if (segments.isEmpty() || !object.isObject()) {
            return Optional.empty();
        }
        String first = segments.get(0);
        List<String> rest = segments.subList(1, segments.size());
        if (rest.isEmpty()) {
            return Optional.of(new RefusedPath(way, first)).filter(path -> object.has(first));
        }
        Optional<RefusedPath> below = Optional.empty();
        if (object.has(first)) {
            below = below(object.get(first), first, way, rest);
        }
        return below.or(() -> in(object, way, rest));
    }

    private static Optional<RefusedPath> below(JsonNode value, String key, List<Holder> way, List<String> rest) {
        if (value.isArray()) {
            return inArray(value, key, way, rest);
        }
        List<Holder> longer = new ArrayList<>(way);
        longer.add(new Holder(key, kind(value.path("type").asText())));
        return in(value, List.copyOf(longer), rest);
    }

    /** The element the words give by its index, else any that has the member: upstreams do not always count as clients do. */
    private static Optional<RefusedPath> inArray(JsonNode array, String key, List<Holder> way, List<String> rest) {
        List<JsonNode> elements = new ArrayList<>();
        List<String> behind = rest;
        if (isIndex(rest.get(0))) {
            Optional.ofNullable(array.get(Integer.parseInt(rest.get(0)))).ifPresent(elements::add);
            behind = rest.subList(1, rest.size());
        }
        array.forEach(elements::add);
        for (JsonNode element : elements) {
            Optional<RefusedPath> found = below(element, key, way, behind);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean isIndex(String segment) {
        return segment.length() < 10 && segment.chars().allMatch(Character::isDigit);
    }

    /** The key of the object it is a member of; empty at the top level. */
    String parent() {
        if (holders.isEmpty()) {
            return "";
        }
        return holders.get(holders.size() - 1).key();
    }

    /** What a strip list would call it. */
    FieldPath field() {
        return new FieldPath(parent(), name);
    }

    /** Whether a request without it means the same, and is one. */
    boolean isDispensable() {
        if (VITAL.contains(name) || holders.stream().anyMatch(holder -> NestedFields.OPAQUE.contains(holder.key()))) {
            return false;
        }
        if (holders.isEmpty()) {
            return !MEANINGFUL.contains(name);
        }
        Holder last = holders.get(holders.size() - 1);
        boolean itsOwnText = last.kind().equals(name);
        return !itsOwnText && !isOfMeaning() && isDispensableOfTool();
    }

    /** Whether it is, or is a part of, what changes the meaning as a whole. */
    private boolean isOfMeaning() {
        String first = holders.get(0).key();
        if (!first.equals("output_config")) {
            return MEANINGFUL_THROUGHOUT.contains(first);
        }
        return name.equals("format") || holders.stream().anyMatch(holder -> holder.key().equals("format"));
    }

    private boolean isDispensableOfTool() {
        if (!holders.get(0).key().equals("tools")) {
            return true;
        }
        boolean direct = holders.size() == 1;
        boolean own = OF_OWN_TOOLS.contains(holders.get(0).kind());
        if (direct && own) {
            return !name.equals("allowed_callers");
        }
        String member = name;
        if (!direct) {
            member = holders.get(1).key();
        }
        return TOOL_HINTS.contains(member) || own && member.equals("function");
    }

    /** The keys that lead to it, without the kinds. */
    @Override
    public String toString() {
        if (holders.isEmpty()) {
            return name;
        }
        return holders.stream().map(Holder::key).collect(Collectors.joining(".")) + "." + name;
    }
}
