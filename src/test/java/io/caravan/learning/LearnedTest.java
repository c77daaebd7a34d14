/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Edit;
import io.caravan.learning.Learned.Mending;
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
    private static final String WORDS = "foo: Extra inputs are not permitted";

    private static Learned learned(WireFormat format, Duration kept) {
        return new Learned(format, List.of("safeguards", "content.x", "beta:old-*"), PAIRS, kept, true);
    }

    private static Mending mending(Learned learned, String model, String betas) {
        return learned.mending(model, betas, "2023-06-01");
    }

    private static String sent(Mending mending, ModelRequest request) {
        return new String(Edit.joined(mending.refusals().apply(request, null)), StandardCharsets.UTF_8);
    }

    /** Whether the upstream's words are worth a second attempt, and that one is taken. */
    private static boolean heals(Learned learned, String model, String betas) {
        Mending mending = mending(learned, model, betas);
        boolean again = mending.refused(WORDS, REQUEST, sent(mending, REQUEST).getBytes(StandardCharsets.UTF_8));
        assertFalse(sent(mending, REQUEST).contains("foo"));
        mending.taken();
        return again;
    }

    private static ModelRequest request(String json) {
        return ModelRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsSetToBeStrippedTakesItsPartnersAlong() {
        Refusals refusals = mending(learned(WireFormat.MESSAGES, Duration.ofHours(1)), "m", null).refusals();

        assertEquals(new Refusals(Set.of(FieldPath.of("safeguards"), FieldPath.of("content.x")), Set.of("old-*", "guard-1"), 0),
                refusals);
    }

    @Test
    void aRefusalIsLearnedOnceItHasHealedForItsModelAlone() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ofHours(1));
        Mending first = mending(learned, "m", "foo-1,b");
        String whole = sent(first, REQUEST);

        assertTrue(first.refused(WORDS, REQUEST, REQUEST.body()));
        assertEquals(whole, sent(mending(learned, "m", "foo-1,b"), REQUEST), "not healed yet");
        assertFalse(sent(first, REQUEST).contains("foo"));
        assertEquals("b", first.betas());
        assertEquals(Set.of("foo"), first.dropped());
        assertEquals(Optional.of("foo for m: left out or plainer from now on"), first.taken());

        Mending next = mending(learned, "m", "foo-1,b");
        assertFalse(sent(next, REQUEST).contains("foo"));
        assertEquals("b", next.betas());
        assertEquals(whole, sent(mending(learned, "other", "foo-1,b"), REQUEST));
    }

    @Test
    void aBetaWithoutItsFieldStays() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ofHours(1));
        heals(learned, "m", "foo-1");
        Mending without = mending(learned, "m", "foo-1");

        assertEquals("{\"model\":\"m\",\"messages\":[]}", sent(without, request("{\"model\":\"m\",\"messages\":[]}")));
        assertEquals("foo-1", without.betas());
    }

    @Test
    void aFieldThatCameWithoutItsBetaTeachesNothing() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ofHours(1));

        assertTrue(heals(learned, "m", null), "the request itself is mended");
        assertTrue(sent(mending(learned, "m", null), REQUEST).contains("foo"));
        assertTrue(sent(mending(learned, "m", "foo-1"), REQUEST).contains("foo"));
    }

    @Test
    void whoBringsAnotherBetaIsTriedAnew() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ofHours(1));
        heals(learned, "m", "foo-1");

        assertTrue(sent(mending(learned, "m", "foo-1,more-2"), REQUEST).contains("foo"));
        assertFalse(sent(mending(learned, "m", null), REQUEST).contains("foo"));
    }

    @Test
    void whatIsNotKeptIsLearnedForNobody() {
        Learned learned = learned(WireFormat.MESSAGES, Duration.ZERO);

        assertTrue(heals(learned, "m", "foo-1"));
        assertTrue(sent(mending(learned, "m", "foo-1"), REQUEST).contains("foo"));
    }

    @Test
    void aVersionThatIsRefusedByNameIsTheUsualOneFromThenOn() {
        Learned learned = new Learned(WireFormat.MESSAGES, List.of(), Map.of(), Duration.ofHours(1), false);
        Mending first = learned.mending("m", null, "2026-10-21");

        assertFalse(first.refused("max_tokens: Field required", REQUEST, REQUEST.body()));
        assertFalse(first.refused(WORDS, REQUEST, REQUEST.body()), "nothing else is learned here");
        assertTrue(first.refused("anthropic-version: \"2026-10-21\" is not a valid version", REQUEST, REQUEST.body()));
        assertEquals("2023-06-01", first.version());
        assertEquals("2026-10-21", learned.mending("other", null, "2026-10-21").version());
        first.taken();
        assertEquals("2023-06-01", learned.mending("other", null, "2026-10-21").version());
        assertEquals("2027-01-01", learned.mending("m", null, "2027-01-01").version());
    }

    /** E10: the very tools whose schemas were refused, and no others. */
    @Test
    void schemasAreLearnedForTheVeryToolsWhereTheChatFormatIsSpoken() {
        Learned learned = learned(WireFormat.CHAT, Duration.ofHours(1));
        String words = "Invalid JSON schema for function t";
        ModelRequest others = request("{\"model\":\"m\",\"tools\":[{\"name\":\"u\"}]}");
        Mending first = mending(learned, "m", null);

        assertFalse(first.needsStrictSchema(REQUEST));
        assertTrue(first.refused(words, REQUEST, REQUEST.body()));
        assertTrue(first.needsStrictSchema(REQUEST));
        assertFalse(mending(learned, "m", null).needsStrictSchema(REQUEST), "not healed yet");
        assertFalse(first.refused(words, REQUEST, REQUEST.body()));
        assertEquals(Optional.of("the schemas of these tools for m: left out or plainer from now on"), first.taken());
        assertTrue(mending(learned, "m", null).needsStrictSchema(REQUEST));
        assertFalse(mending(learned, "m", null).needsStrictSchema(others));
        assertFalse(mending(learned, "other", null).needsStrictSchema(REQUEST));

        Mending messages = mending(learned(WireFormat.MESSAGES, Duration.ofHours(1)), "m", null);
        assertFalse(messages.refused(words, REQUEST, REQUEST.body()));
        assertFalse(messages.needsStrictSchema(REQUEST));
        assertNull(messages.betas());
    }
}
