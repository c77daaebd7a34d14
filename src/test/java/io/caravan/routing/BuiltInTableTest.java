/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.Given;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 2.2 to 2.4: the rows of the table that ships. */
class BuiltInTableTest {

    private final ModelRouting routing = new ModelRouting(null, Given.settings().backends().ids());

    @ParameterizedTest
    @CsvSource({
        "databricks-claude-opus-5-5, databricks-claude-opus-5-5",
        "databricks-anything, databricks-anything",
        "claude-sonnet-4-5, databricks-claude-sonnet-4-5",
        "claude-sonnet-4-5-20250929, databricks-claude-sonnet-4-5",
        "claude-opus-5-5, databricks-claude-opus-5-5",
        "anthropic/claude-opus-4-6, databricks-claude-opus-4-6",
        "claude-haiku-4-5-20251001, databricks-claude-haiku-4-5",
        "claude-newfamily-12-34, databricks-claude-newfamily-12-34",
        "claude-sonnet-4, databricks-claude-sonnet-4",
        "anthropic/claude-sonnet-4, databricks-claude-sonnet-4",
        "big, databricks-claude-sonnet-4",
        "claude-3.7-sonnet, databricks-claude-3-7-sonnet",
        "claude-3-7-sonnet, databricks-claude-3-7-sonnet",
        "claude-3-7-sonnet-20250219, databricks-claude-3-7-sonnet",
        "claude-3-7-sonnet-latest, databricks-claude-3-7-sonnet",
        "anthropic/claude-3.7-sonnet, databricks-claude-3-7-sonnet",
        "small, databricks-claude-3-7-sonnet",
        "claude-sonnet-4-20250514, databricks-claude-sonnet-4-5",
        "claude-sonnet-5, databricks-claude-sonnet-4-5",
        "claude-opus-4, databricks-claude-opus-4-5",
        "claude-haiku-5, databricks-claude-sonnet-4-5"
    })
    void databricksRows(String asked, String sent) {
        assertEquals(Optional.of(new ModelRouting.Match(sent, false)), routing.resolve("databricks", asked));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-5", "claude-3-5-sonnet-20241022", "claude", "anthropic/else", "Databricks-x", "*"})
    void databricksTakesAnythingElseByDefault(String asked) {
        assertEquals(Optional.of(new ModelRouting.Match("databricks-claude-3-7-sonnet", true)),
                routing.resolve("databricks", asked));
    }

    @Property(tries = 300)
    void todaysNamesReachTodaysEndpoints(@ForAll @CharRange(from = 'a', to = 'z') @StringLength(min = 1, max = 12) String family,
            @ForAll @IntRange(max = 99) int major, @ForAll @IntRange(max = 99) int minor,
            @ForAll @IntRange(min = 20230101, max = 20991231) int date) {
        String name = "claude-" + family + "-" + major + "-" + minor;

        for (String asked : new String[] {name, name + "-" + date, "anthropic/" + name, "anthropic/" + name + "-" + date}) {
            assertEquals("databricks-" + name, routing.resolve("databricks", asked).orElseThrow().model());
        }
        assertEquals("anthropic/claude-" + family + "-" + major + "." + minor,
                routing.resolve("openrouter", name + "-" + date).orElseThrow().model());
        assertEquals(routing.resolve("openrouter", name), routing.resolve("openrouter", "databricks-" + name));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4, anthropic/claude-sonnet-4",
        "big, anthropic/claude-sonnet-4",
        "claude-3.7-sonnet, anthropic/claude-3.7-sonnet",
        "small, anthropic/claude-3.7-sonnet",
        "anthropic/claude-sonnet-4, anthropic/claude-sonnet-4",
        "openai/gpt-5, openai/gpt-5",
        "anthropic/claude-3-5-sonnet-20241022, anthropic/claude-3-5-sonnet-20241022",
        "claude-opus-5-5, anthropic/claude-opus-5.5",
        "claude-sonnet-4-5, anthropic/claude-sonnet-4.5",
        "claude-sonnet-4-5-20250929, anthropic/claude-sonnet-4.5",
        "claude-sonnet-4-20250514, anthropic/claude-sonnet-4",
        "claude-opus-4-1-latest, anthropic/claude-opus-4.1",
        "claude-sonnet-5, anthropic/claude-sonnet-5",
        "claude-3-5-sonnet-20241022, anthropic/claude-3.5-sonnet",
        "claude-3-5-haiku-latest, anthropic/claude-3.5-haiku",
        "claude-3-7-sonnet, anthropic/claude-3.7-sonnet",
        "claude-3-7-sonnet-latest, anthropic/claude-3.7-sonnet",
        "claude-3-opus-20240229, anthropic/claude-3-opus",
        "claude-3-opus-latest, anthropic/claude-3-opus",
        "claude-3.5-sonnet-20241022, anthropic/claude-3.5-sonnet",
        "databricks-claude-sonnet-4, anthropic/claude-sonnet-4",
        "databricks-claude-sonnet-4-5, anthropic/claude-sonnet-4.5",
        "databricks-claude-3-7-sonnet, anthropic/claude-3.7-sonnet",
        "databricks-claude-opus-5-5, anthropic/claude-opus-5.5"
    })
    void openRouterRows(String asked, String sent) {
        assertEquals(Optional.of(new ModelRouting.Match(sent, false)), routing.resolve("openrouter", asked));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-5", "claude", "Claude-sonnet-4", "databricks-meta-llama", "biggest"})
    void openRouterKnowsNothingElse(String asked) {
        assertTrue(routing.resolve("openrouter", asked).isEmpty());
    }

    @Property(tries = 300)
    void openRouterNeverGetsADateAtTheEnd(@ForAll @CharRange(from = 'a', to = 'z') @StringLength(min = 1, max = 20) String rest,
            @ForAll @IntRange(min = 20230101, max = 20991231) int date) {
        String sent = routing.resolve("openrouter", "claude-" + rest + "-" + date).orElseThrow().model();

        assertEquals("anthropic/claude-" + rest, sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "anthropic/claude-sonnet-4", "my model", "big", "{model}", "$1\\"})
    void liteLlmAndAnthropicGetTheNameUnchanged(String asked) {
        assertEquals(Optional.of(new ModelRouting.Match(asked, false)), routing.resolve("litellm", asked));
        assertEquals(Optional.of(new ModelRouting.Match(asked, false)), routing.resolve("anthropic", asked));
    }

    @Test
    void namesThatAreNoNamesNeverMatch() {
        for (String backend : new String[] {"databricks", "openrouter", "litellm", "anthropic"}) {
            assertFalse(routing.resolve(backend, "").isPresent());
            assertFalse(routing.resolve(backend, null).isPresent());
            assertFalse(routing.resolve(backend, "claude-\n4").isPresent());
            assertFalse(routing.resolve(backend, "claude-\u0085").isPresent());
            assertFalse(routing.resolve(backend, "claude-" + "x".repeat(250)).isPresent());
        }
        assertTrue(routing.resolve("litellm", "x".repeat(256)).isPresent());
        assertTrue(routing.resolve("nowhere", "big").isEmpty());
    }
}
