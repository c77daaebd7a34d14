/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.format.ModelRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalReaderTest {

    private static final ModelRequest REQUEST = ModelRequest.read("""
            {"model":"m","max_tokens":128000,"context_management":{},"thinking":{"type":"adaptive","display":"omitted"},
             "mcp_servers":[{"type":"url","tool_configuration":{}}],"container":{"id":"c","odd":1},
             "output_config":{"effort":"low","format":{"type":"json_schema","odd":1}},
             "system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","scope":"global"}}],
             "tools":[{"name":"t","defer_loading":true,"allowed_callers":[],"input_schema":{"custom":{"defer_loading":1}}},
                 {"type":"web_search_20250305","name":"w","max_uses":1,"user_location":{"type":"approximate","city":"x"}}],
             "messages":[{"role":"user","content":[{"type":"text","text":"t","bar":1},{"type":"tool_use","id":"1","name":"t",
                 "caller":{},"input":{"tool_use":{"caller":1}}},{"type":"tool_result","caller":1,
                 "content":[{"type":"text","text":"x","odd":1}]}],"thinking":"hm","output_config":{"effort":"low"}}]}"""
            .getBytes(StandardCharsets.UTF_8));
    private static final Partners PARTNERS = Partners.of(Map.of("mcp_servers", List.of("mcp-client-*")));

    private static Set<Lesson> read(String words, String... betas) {
        return RefusalReader.read(words, REQUEST, Set.of(betas), PARTNERS);
    }

    /** Paths are written {@code messages<>.content<tool_use>.caller}. */
    private static String written(RefusedPath path) {
        return path.holders().stream().map(holder -> holder.key() + "<" + holder.kind() + ">.").collect(Collectors.joining())
                + path.name();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "context_management: Extra inputs are not permitted | context_management",
        "messages.0.output_config: Extra inputs are not permitted | messages<>.output_config",
        "messages.7.output_config: Extra inputs are not permitted | messages<>.output_config",
        "messages.0.thinking: Extra inputs are not permitted | messages<>.thinking",
        "tools.0.custom.defer_loading: Extra inputs are not permitted | tools<>.defer_loading",
        "system.0.cache_control.ephemeral.scope: Extra inputs are not permitted | system<text>.cache_control<ephemeral>.scope",
        "system[0].cache_control.scope: Extra inputs are not permitted | system<text>.cache_control<ephemeral>.scope",
        "thinking.adaptive.display: Extra inputs are not permitted | thinking<adaptive>.display",
        "messages.0.content.1.tool_use.caller: Extra inputs are not permitted | messages<>.content<tool_use>.caller",
        "messages.0.content.2.tool_result.caller: Extra inputs are not permitted | messages<>.content<tool_result>.caller",
        "messages.0.content.2.tool_result.content.0.text.odd: Extra inputs are not permitted"
                + " | messages<>.content<tool_result>.content<text>.odd",
        "Bad request: json: unknown field \"bar\" | messages<>.content<text>.bar",
        "Unrecognized request argument supplied: 'context_management' | context_management",
        "This model does not support the effort parameter. | output_config<>.effort",
        "context_management: Extra inputs are not permitted; messages.0.thinking: Extra inputs are not permitted"
                + " | context_management messages<>.thinking",
    })
    void aNamedFieldIsFoundWhereItStands(String message, String fields) {
        assertEquals(Arrays.stream(fields.strip().split(" ")).collect(Collectors.toSet()), read(message).stream()
                .map(lesson -> written(((Lesson.Field) lesson).path())).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "messages: Extra inputs are not permitted",
        "messages.0.content: Extra inputs are not permitted",
        "tools.0.custom.input_schema: Extra inputs are not permitted",
        "tools.0.custom.input_schema.custom.defer_loading: Extra inputs are not permitted",
        "messages.0.content.0.text.text: Extra inputs are not permitted",
        "messages.0.content.1.tool_use.input.tool_use.caller: Extra inputs are not permitted",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "messages.1.role: Input should be 'user' or 'assistant'",
        "invalid beta flag",
        "diagnostics: Extra inputs are not permitted",
        "json: unknown field \"caller\"",
        "json: unknown field \"odd\"",
        "mcp_servers: Extra inputs are not permitted",
        "container: Extra inputs are not permitted",
        "output_config.format: Extra inputs are not permitted",
        "output_config: Extra inputs are not permitted",
        "mcp_servers.0.url.tool_configuration: Extra inputs are not permitted",
        "container.odd: Extra inputs are not permitted",
        "output_config.format.json_schema.odd: Extra inputs are not permitted",
        "tools.0.custom.allowed_callers: Extra inputs are not permitted",
        "tools.1.web_search_20250305.max_uses: Extra inputs are not permitted",
        "tools.1.web_search_20250305.user_location.city: Extra inputs are not permitted",
        "Unexpected value(s) `a-1` for the `anthropic-beta` header",
        "max_tokens: 128000 > 0, which is no limit",
        "max_tokens: 128001 > 128000, which is the maximum",
    })
    void whatIsNotThereOrChangesTheMeaningTeachesNothing(String message) {
        assertEquals(Set.of(), read(message));
    }

    @Test
    void betasAreReadOutOfTheirQuotes() {
        String words = "Unexpected value(s) `a-2026-01-01`, `b-2`, `c-3` for the `anthropic-beta` header. Please consult";

        assertEquals(Set.of(new Lesson.Beta("a-2026-01-01"), new Lesson.Beta("b-2")), read(words, "a-2026-01-01", "b-2", "d"));
    }

    @Test
    void aBetaStaysWhoseFieldCannotBeLeftOut() {
        assertEquals(Set.of(), read("Unexpected value(s) `mcp-client-2025` for the `anthropic-beta` header", "mcp-client-2025"));
    }

    @Test
    void theLargestMaxTokensIsRead() {
        assertEquals(Set.of(new Lesson.Limit(64000, Set.of("x"))), read(
                "max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for m", "x"));
    }
}
