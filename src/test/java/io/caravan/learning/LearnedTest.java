/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LearnedTest {

    private static final ModelRequest REQUEST = request("{\"model\":\"m\",\"foo\":1,\"tools\":[{\"name\":\"t\"}],\"messages\":[]}");
    private static final Map<String, List<String>> PAIRS = Map.of("foo", List.of("foo-*"), "safeguards", List.of("guard-1"));

    private static Learned learned(WireFormat format, Duration kept) {
        return new Learned(format, List.of("safeguards", "content.x", "beta:old-*"), PAIRS, kept);
    }

    private static Optional<String> learn(Learned learned, String model, String words) {
        return learned.learn(model, words, REQUEST, REQUEST.body());
    }

    private static ModelRequest request(String json) {
        return ModelRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsSetToBeStrippedTakesItsPartnersAlong() {
        Refusals refusals = learned(WireFormat.MESSAGES, Duration.ofHours(1)).refusals("m");

        assertEquals(new Refusals(Set.of(FieldPath.of("safeguards"), FieldPath.of("content.x")), Set.of("old-*", "guard-1"), 0),
                refusals);
    }

    @Test
    void aRefusalIsLearnedOnceForItsModelAlone() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ofHours(1));
        Refusals stripped = learned.refusals("m");

        Optional<String> told = learn(learned, "m", "foo: Extra inputs are not permitted");

        assertTrue(told.orElseThrow().endsWith(" for m: left out from now on"), told.toString());
        assertEquals("b", learned.refusals("m").betas("foo-1,b"));
        assertEquals(stripped, learned.refusals("other"));
        assertEquals(Optional.empty(), learn(learned, "m", "foo: Extra inputs are not permitted"));
        assertTrue(learn(learned, "other", "foo: Extra inputs are not permitted").isPresent());
    }

    @Test
    void whatIsNotKeptIsLearnedForNobody() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ZERO);

        assertTrue(learn(learned, "m", "foo: Extra inputs are not permitted").isPresent());
        assertEquals("foo-1,b", learned.refusals("m").betas("foo-1,b"));
    }

    /** E10: the very tools whose schemas were refused, and no others. */
    @Test
    void schemasAreLearnedForTheVeryToolsWhereTheChatFormatIsSpoken() {
        Learned learned = learned(WireFormat.CHAT, Duration.ofHours(1));
        String words = "Invalid JSON schema for function t";
        ModelRequest others = request("{\"model\":\"m\",\"tools\":[{\"name\":\"u\"}]}");

        assertFalse(learned.needsStrictSchema("m", REQUEST));
        assertEquals(Optional.of("the schemas of these tools for m: reduced from now on"), learn(learned, "m", words));
        assertTrue(learned.needsStrictSchema("m", REQUEST));
        assertFalse(learned.needsStrictSchema("m", others));
        assertFalse(learned.needsStrictSchema("other", REQUEST));
        assertEquals(Optional.empty(), learn(learned, "m", words));

        Learned messages = learned(WireFormat.MESSAGES, Duration.ofHours(1));
        assertEquals(Optional.empty(), learn(messages, "m", words));
        assertFalse(messages.needsStrictSchema("m", REQUEST));
    }
}
