/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.review.ToolReview.Asked;
import io.caravan.review.ToolReview.Decision;
import io.caravan.review.ToolReview.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of the example, and a session that asks them. */
final class Example {

    static final List<String> FOLDERS = List.of("/home/dev/shop", "/srv/shared");
    static final Optional<String> HOME = Optional.of("/home/dev");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FILE = Path.of("examples/tool-review/tool-review.yaml");
    private static final RuleSet RULES = new RuleFileReader(FILE.toString()).read(text());

    private Example() {
    }

    static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Decision bash(String command) {
        return tool("Bash", Map.of("command", command));
    }

    static Verdict verdict(String command) {
        return bash(command).verdict();
    }

    static Decision tool(String tool, Map<String, ?> input) {
        return RULES.decide(asked(tool, input));
    }

    static Asked asked(String tool, Map<String, ?> input) {
        return new Asked(tool, JSON.valueToTree(input), FOLDERS, HOME, Optional.of("ci"), Optional.of("payments"),
                "claude-sonnet-5", Optional.of("main"));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
