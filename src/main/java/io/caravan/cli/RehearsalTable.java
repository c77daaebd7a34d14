/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What {@code /rehearse} says of each request, as a table: what it is now, and what it would be. */
final class RehearsalTable {

    private static final List<String> HEAD = List.of("", "request", "status", "backend", "model", "bytes sent", "cache markers");
    private static final String GAP = "  ";

    private RehearsalTable() {
    }

    static List<String> lines(JsonNode requests) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (JsonNode request : requests) {
            rows.add(row(rows.size(), request));
        }
        List<Integer> widths = IntStream.range(0, HEAD.size())
                .mapToObj(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toList();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static List<String> row(int number, JsonNode request) {
        List<String> differences = new ArrayList<>();
        request.path("differences").forEach(one -> differences.add(one.asText()));
        String markers = cell(request, "markers", false);
        if (differences.contains("text before a cache marker changed")) {
            markers += " (text before changed)";
        }
        return List.of(String.valueOf(number), request.path("path").asText(), cell(request, "status", false),
                cell(request, "backend", false), cell(request, "model", false),
                cell(request, "bytes", differences.contains("other bytes sent")), markers);
    }

    /** @param both whether both are shown though they look the same */
    private static String cell(JsonNode request, String name, boolean both) {
        List<String> texts = Stream.of("now", "next").map(side -> request.path(side).path(name).asText())
                .map(text -> text.isEmpty() ? "-" : text).toList();
        Stream<String> shown = both ? texts.stream() : texts.stream().distinct();
        return shown.collect(Collectors.joining(" -> "));
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size()).mapToObj(column -> padded(row.get(column), widths.get(column)))
                .collect(Collectors.joining(GAP)).stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
