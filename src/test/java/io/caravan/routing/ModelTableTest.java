/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.Given;
import io.caravan.settings.value.SettingsException;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ledger 2.1 and, for models.yaml, 1.10. */
class ModelTableTest {

    @Test
    void theFirstRowThatMatchesWins() {
        ModelTable table = table("""
                litellm:
                  "a-*": first
                  a-b: second
                  b: third
                  "*": fourth
                  c: never
                """);

        assertEquals("first", sent(table, "a-b"));
        assertEquals("third", sent(table, "b"));
        assertEquals("fourth", sent(table, "c"));
    }

    @Test
    void aNameIsMatchedAsSentThenWithoutItsPrefixThenByDefault() {
        ModelTable table = table("""
                litellm:
                  one: plain
                  anthropic/one: prefixed
                  two: "{model}!"
                  "*": default
                """);

        assertEquals("prefixed", sent(table, "anthropic/one"));
        assertEquals("two!", sent(table, "anthropic/two"));
        assertEquals(Optional.of(new ModelRouting.Match("default", true)), table.resolve("litellm", "anthropic/three"));
        assertEquals("default", sent(table, "anthropic/"));
        assertEquals("prefixed", sent(table, "anthropic/anthropic/one"));
        assertEquals("default", sent(table, "anthropic/anthropic/two"));
    }

    @Test
    void placeholdersHaveTypes() {
        ModelTable table = table("""
                litellm:
                  "x-{family}-{major}-{minor}-{date}": "{family} {major} {minor} {date} {model}"
                  "y-{rest}": "{rest}"
                """);

        assertEquals("abc 4 15 20250101 x-abc-4-15-20250101", sent(table, "x-abc-4-15-20250101"));
        assertTrue(table.resolve("litellm", "x-Abc-4-15-20250101").isEmpty());
        assertTrue(table.resolve("litellm", "x-abc-4-150-20250101").isEmpty());
        assertTrue(table.resolve("litellm", "x-abc-4-15-2025010").isEmpty());
        assertEquals("$1-\\", sent(table, "y-$1-\\"));
        assertTrue(table.resolve("litellm", "y-").isEmpty());
    }

    @Property(tries = 300)
    void everyNameThatIsNotAGlobMatchesItselfOnly(@ForAll @StringLength(min = 1, max = 30) String name) {
        ModelRow row = null;
        try {
            row = ModelRow.of(name, "target");
        } catch (IllegalArgumentException braces) {
            assertTrue(name.matches("(?s).*[{}].*"));
        }
        if (row != null && !name.matches("(?s).*[*{}].*")) {
            assertEquals(Optional.of("target"), row.resolve(name));
            assertTrue(row.resolve(name + "x").isEmpty());
            assertTrue(row.resolve("x" + name).isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "litellm:\\n  a: b\\nopenroutr:\\n  a: b | line 3 | did you mean openrouter",
        "litellm:\\n  a: b\\n  a: c | line 3 | twice",
        "litellm:\\n  a: b\\nlitellm:\\n  a: c | line 3 | twice",
        "litellm:\\n  a: [b] | line 2 | target of a",
        "litellm:\\n  a: | line 2 | target of a",
        "litellm:\\n  a: '' | line 2 | target of a",
        "litellm: [a, b] | line 1 | litellm must be a map",
        "- litellm | line 1 | the file must be a map",
        "litellm:\\n  'a-{version}': b | line 2 | {version} is not known",
        "litellm:\\n  'a-{major}-{major}': b | line 2 | twice",
        "litellm:\\n  'a-{major': b | line 2 | brace",
        "litellm:\\n  'a-{major}': 'b-{minor}' | line 2 | {minor} is not in the name",
        "litellm:\\n  a: 'b}' | line 2 | brace",
        "litellm:\\n  a: b\\n c: d | line 3 | not valid YAML",
        "litellm:\\n  *: b | line 2 | not valid YAML"
    })
    void whatIsWrongIsNamedWithItsLine(String yaml, String line, String what) {
        String message = refusal(yaml.replace("\\n", "\n"));

        assertTrue(message.startsWith("models.yaml " + line), message);
        assertTrue(message.contains(what), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void anEmptyFileIsNoTableButAnEmptySectionIsOne() {
        assertTrue(refusal("").contains("models.yaml is empty"));
        assertTrue(refusal("# nothing\n").contains("models.yaml is empty"));
        assertTrue(table("litellm:\n").resolve("litellm", "a").isEmpty());
    }

    @Property(tries = 300)
    void anyTextIsATableOrAOneLineRefusal(@ForAll @StringLength(max = 60) String text) {
        try {
            table(text);
        } catch (SettingsException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }

    private static ModelTable table(String yaml) {
        return ModelTable.parse(yaml, "models.yaml", Given.settings().backends().ids());
    }

    private static String sent(ModelTable table, String asked) {
        return table.resolve("litellm", asked).orElseThrow().model();
    }

    private static String refusal(String yaml) {
        return assertThrows(SettingsException.class, () -> table(yaml)).getMessage();
    }
}
