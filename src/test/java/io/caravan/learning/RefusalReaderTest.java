/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.format.ModelRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalReaderTest {

    private static final ModelRequest REQUEST = ModelRequest.read("""
            {"model":"m","max_tokens":1,"context_management":{},"thinking":{"type":"adaptive","display":"omitted"},
             "system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","scope":"global"}}],
             "tools":[{"name":"t","defer_loading":true,"input_schema":{"custom":{"defer_loading":1}}}],
             "messages":[{"role":"user","content":[{"type":"tool_use","id":"1","name":"t","caller":{},
                 "input":{"tool_use":{"caller":1}}}],"output_config":{"effort":"low"}}]}"""
            .getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "context_management: Extra inputs are not permitted | context_management messages.context_management tools.context_management",
        "messages.1.output_config: Extra inputs are not permitted | output_config messages.output_config tools.output_config",
        "tools.10.custom.defer_loading: Extra inputs are not permitted | defer_loading messages.defer_loading tools.defer_loading",
        "system.2.cache_control.ephemeral.scope: Extra inputs are not permitted | cache_control.scope",
        "thinking.adaptive.display: Extra inputs are not permitted | thinking.display",
        "messages.3.content.0.tool_use.caller: Extra inputs are not permitted | content.caller",
        "Bad request: json: unknown field \"foo\" | foo messages.foo tools.foo",
        "This model does not support the effort parameter. | output_config.effort",
    })
    void aNamedFieldIsFoundWhereItStands(String message, String fields) {
        Set<FieldPath> expected = Arrays.stream(fields.strip().split(" ")).map(FieldPath::of).collect(Collectors.toSet());

        assertEquals(expected, RefusalReader.read(message, REQUEST).fields());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "messages: Extra inputs are not permitted",
        "messages.0.content: Extra inputs are not permitted",
        "tools.0.custom.input_schema: Extra inputs are not permitted",
        "messages.0.content.0.text.text: Extra inputs are not permitted",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "messages.1.role: Input should be 'user' or 'assistant'",
        "invalid beta flag",
    })
    void whatARequestCannotDoWithoutOrNoFieldAtAllTeachesNothing(String message) {
        assertEquals(Refusals.NONE, RefusalReader.read(message, REQUEST));
    }

    @Test
    void betasAreReadOutOfTheirQuotes() {
        Refusals read = RefusalReader.read(
                "Unexpected value(s) `a-2026-01-01`, `b-2` for the `anthropic-beta` header. Please consult", REQUEST);

        assertEquals(new Refusals(Set.of(), Set.of("a-2026-01-01", "b-2"), 0), read);
    }

    @Test
    void theLargestMaxTokensIsRead() {
        assertEquals(64000, RefusalReader.read(
                "max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for m", REQUEST).maxTokens());
    }
}
