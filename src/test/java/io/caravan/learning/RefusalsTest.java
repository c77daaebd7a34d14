/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final List<FieldPath> FIELDS = List.of(FieldPath.of("safeguards"), FieldPath.of("output_config"),
            FieldPath.of("messages.output_config"), FieldPath.of("tools.defer_loading"), FieldPath.of("cache_control.scope"),
            FieldPath.of("content.strict"), FieldPath.of("x"));

    @Property(tries = 400)
    void withNothingToStripOnlyTheModelChanges(@ForAll long seed) {
        byte[] body = new RandomRequests(seed).next();
        ModelRequest request = ModelRequest.read(body);

        assertArrayEquals(body, bytes(Refusals.NONE.apply(request, "claude-sonnet-4-5")), "the same name changes nothing");

        String sent = new String(bytes(Refusals.NONE.apply(request, "other \"name\"")), StandardCharsets.UTF_8);
        assertEquals(new String(body, StandardCharsets.UTF_8).replace("\"claude-sonnet-4-5\"", "\"other \\\"name\\\"\""), sent);
    }

    @Property(tries = 400)
    void strippingLeavesTheSameJsonWithoutTheFields(@ForAll long seed, @ForAll byte choice) throws IOException {
        byte[] body = new RandomRequests(seed).next();
        List<FieldPath> chosen = FIELDS.stream().filter(field -> (choice & 1 << FIELDS.indexOf(field)) != 0).toList();
        Refusals refusals = new Refusals(Set.copyOf(chosen), Set.of(), 0);

        byte[] sent = bytes(refusals.apply(ModelRequest.read(body), "claude-sonnet-4-5"));

        JsonNode expected = Json.MAPPER.readTree(body);
        remove(expected, "", chosen);
        assertEquals(expected, Json.MAPPER.readTree(sent), () -> new String(body, StandardCharsets.UTF_8));
    }

    @Test
    void everyModelMemberIsReplacedAndTheLastCounts() {
        ModelRequest request = request("{\"model\":\"a\",\"x\":{\"model\":\"in\"},\"mod\\u0065l\":\"b\"}");

        assertEquals("b", request.model());
        assertEquals("{\"model\":\"to\",\"x\":{\"model\":\"in\"},\"mod\\u0065l\":\"to\"}", sent(Refusals.NONE, request, "to"));
    }

    @Test
    void aMaxTokensOverTheLimitIsLoweredAndTheThinkingBudgetWithIt() {
        Refusals limit = new Refusals(Set.of(), Set.of(), 8192);

        assertEquals("{\"model\":\"m\",\"max_tokens\": 8192,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8191}}",
                sent(limit, request("{\"model\":\"m\",\"max_tokens\": 32000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":31999}}"), "m"));
        assertEquals("{\"model\":\"m\",\"max_tokens\":100}", sent(limit, request("{\"model\":\"m\",\"max_tokens\":100}"), "m"));
    }

    @Test
    void betasAreDroppedByNameOrPrefixAndTheHeaderStaysAsItWasOtherwise() {
        Refusals refusals = new Refusals(Set.of(), Set.of("effort-*", "a-1"), 0);
        String untouched = "b-1,  c-1 ,d";

        assertSame(untouched, refusals.betas(untouched));
        assertEquals("b-1,d", refusals.betas("a-1, b-1,effort-2025-11-24,d"));
        assertNull(refusals.betas("effort-2030-01-01"));
        assertNull(refusals.betas(null));
    }

    @Test
    void partnersGoTogetherOneStepFar() {
        Partners partners = Partners.of(Map.of("context_management", List.of("context-management-*"),
                "output_config.effort", List.of("effort-*"), "messages.output_config", List.of("per-turn-control-*")));

        Refusals byField = partners.complete(new Refusals(Set.of(FieldPath.of("context_management"),
                FieldPath.of("output_config")), Set.of(), 0));
        Refusals byBeta = partners.complete(new Refusals(Set.of(), Set.of("per-turn-control-2026-07-01"), 0));

        assertEquals(Set.of("context-management-*", "effort-*"), byField.betas());
        assertEquals(Set.of(FieldPath.of("messages.output_config")), byBeta.fields());
    }

    /** The same removal on a tree, written the plain way. */
    private static void remove(JsonNode node, String key, List<FieldPath> fields) {
        if (node.isObject()) {
            Iterator<Map.Entry<String, JsonNode>> members = ((ObjectNode) node).fields();
            while (members.hasNext()) {
                Map.Entry<String, JsonNode> member = members.next();
                String parent = key;
                if (fields.stream().anyMatch(f -> f.parent().equals(parent) && f.name().equals(member.getKey()))) {
                    members.remove();
                } else if (!member.getKey().equals("input") && !member.getKey().equals("input_schema")) {
                    remove(member.getValue(), member.getKey(), withoutTopLevel(fields));
                }
            }
        } else {
            node.forEach(element -> remove(element, key, fields));
        }
    }

    private static List<FieldPath> withoutTopLevel(List<FieldPath> fields) {
        return fields.stream().filter(field -> !field.topLevel()).toList();
    }

    private static ModelRequest request(String json) {
        return ModelRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String sent(Refusals refusals, ModelRequest request, String model) {
        return new String(bytes(refusals.apply(request, model)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(List<Edit.Slice> slices) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        slices.forEach(slice -> out.write(slice.bytes(), slice.offset(), slice.length()));
        return out.toByteArray();
    }
}
